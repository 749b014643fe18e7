//! Flags, written as those of the Go programs: `-name value`.

use std::time::Duration;

pub const FOREVER: Duration = Duration::from_secs(u32::MAX as u64);

pub struct Options {
    /// Multiaddr to listen on.
    pub listen: String,
    /// Multiaddrs to connect to, separated by commas.
    pub dial: Vec<String>,
    /// Gossip topic.
    pub topic: String,
    /// Messages to publish from the start.
    pub publish: usize,
    /// Bytes of each of these.
    pub bytes: usize,
    /// Pause between two messages, in milliseconds.
    pub every: Duration,
    /// Pause between two pings of a connection, in milliseconds.
    pub ping: Duration,
}

impl Options {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            listen: "/ip4/127.0.0.1/tcp/0".into(),
            dial: Vec::new(),
            topic: "/peerwatch/testnet/chat/1".into(),
            publish: 0,
            bytes: 64,
            every: Duration::from_secs(1),
            ping: Duration::from_secs(15),
        };
        while let Some(flag) = words.next() {
            let value = words.next().ok_or(format!("{flag} needs a value"))?;
            match flag.as_str() {
                "-listen" => options.listen = value,
                "-dial" => options.dial = value.split(',').filter(|address| !address.is_empty()).map(Into::into).collect(),
                "-topic" => options.topic = value,
                "-publish" => options.publish = number(&flag, &value)?,
                "-bytes" => options.bytes = number(&flag, &value)?,
                "-every" => options.every = Duration::from_millis(number(&flag, &value)?),
                "-ping" => options.ping = Duration::from_millis(number(&flag, &value)?),
                _ => return Err(format!("no such flag: {flag}")),
            }
        }
        Ok(options)
    }
}

/// Above 0: a pause of nothing is none.
fn number<T: std::str::FromStr + PartialOrd + Default>(flag: &str, value: &str) -> Result<T, String> {
    match value.parse() {
        Ok(number) if number > T::default() => Ok(number),
        _ => Err(format!("{flag} {value}: a whole number above 0")),
    }
}
