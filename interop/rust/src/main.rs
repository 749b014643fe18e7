//! A rust-libp2p host as anybody runs one: TCP, Noise, Yamux, identify, ping
//! and gossipsub with strict signatures. It knows nothing of Peerwatch, and
//! shows that a network of such hosts can be watched.
//!
//! What happens is told in JSON lines on stdout, under the names that
//! interop/go/cmd/vanilla uses. Lines on stdin command it:
//!
//! ```text
//! dial MULTIADDR        connect to a peer
//! publish COUNT BYTES   that many messages, -every apart
//! mesh                  how many peers it relays to
//! quit                  the same as the end of stdin
//! ```
//!
//! Pings need no command: rust-libp2p sends them by itself, every -ping.

mod behaviour;
mod options;

use std::collections::VecDeque;
use std::error::Error;

use behaviour::{Vanilla, VanillaEvent, vanilla};
use libp2p::futures::StreamExt;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{SwarmEvent, dial_opts::DialOpts};
use libp2p::{Multiaddr, Swarm, SwarmBuilder, gossipsub, noise, ping, tcp, yamux};
use options::Options;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::{MissedTickBehavior, interval};

fn tell(event: Value) {
    println!("{event}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse(std::env::args().skip(1))?;
    let topic = gossipsub::IdentTopic::new(options.topic.as_str());
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)?
        .with_behaviour(|key| vanilla(key, options.ping))?
        // by default a connection on which only pings travel is closed after some seconds
        .with_swarm_config(|config| config.with_idle_connection_timeout(options::FOREVER))
        .build();
    swarm.behaviour_mut().gossipsub.subscribe(&topic)?;
    swarm.listen_on(options.listen.parse()?)?;

    let mut host = Host { swarm, topic, dial: options.dial, unpublished: VecDeque::new(), published: 0 };
    host.unpublished.resize(options.publish, options.bytes);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut ticks = interval(options.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = host.swarm.select_next_some() => host.notice(event),
            line = lines.next_line() => match line? {
                Some(line) if line != "quit" => host.obey(&line),
                _ => return Ok(()),
            },
            _ = ticks.tick(), if !host.unpublished.is_empty() => host.publish(),
        }
    }
}

struct Host {
    swarm: Swarm<Vanilla>,
    topic: gossipsub::IdentTopic,
    /// Addresses to connect to as soon as it listens itself.
    dial: Vec<String>,
    /// Sizes of the messages yet to be published.
    unpublished: VecDeque<usize>,
    published: usize,
}

impl Host {
    fn obey(&mut self, line: &str) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["dial", address] => self.connect(address),
            ["publish", count, bytes] => match (count.parse(), bytes.parse()) {
                (Ok(count), Ok(bytes)) => self.unpublished.extend(std::iter::repeat_n::<usize>(bytes, count)),
                _ => tell(json!({ "event": "unknown", "line": line })),
            },
            ["mesh"] => {
                let peers = self.swarm.behaviour().gossipsub.mesh_peers(&self.topic.hash()).count();
                tell(json!({ "event": "mesh", "peers": peers }));
            }
            _ => tell(json!({ "event": "unknown", "line": line })),
        }
    }

    fn connect(&mut self, address: &str) {
        let dialled = address.parse::<Multiaddr>().map_err(|error| error.to_string());
        if let Err(reason) = dialled.and_then(|to| self.swarm.dial(DialOpts::from(to)).map_err(|error| error.to_string())) {
            tell(json!({ "event": "refused", "address": address, "reason": reason }));
        }
    }

    fn publish(&mut self) {
        let Some(bytes) = self.unpublished.pop_front() else { return };
        self.published += 1;
        let mut data = format!("{:08}", self.published).into_bytes();
        data.resize(bytes.max(8), 0);
        let sha256 = hex(&Sha256::digest(&data));
        match self.swarm.behaviour_mut().gossipsub.publish(self.topic.clone(), data) {
            Ok(id) => tell(json!({ "event": "published", "id": hex(&id.0), "bytes": bytes.max(8), "sha256": sha256 })),
            Err(error) => tell(json!({ "event": "unpublished", "reason": error.to_string() })),
        }
    }

    fn notice(&mut self, event: SwarmEvent<VanillaEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.ready(address),
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, num_established, .. } => {
                if endpoint.is_dialer() {
                    tell(json!({ "event": "dialled", "peer": peer_id.to_string() }));
                }
                if num_established.get() == 1 {
                    tell(json!({ "event": "connected", "peer": peer_id.to_string() }));
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                tell(json!({ "event": "disconnected", "peer": peer_id.to_string() }));
            }
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                tell(json!({ "event": "refused", "peer": peer_id.map(|id| id.to_string()), "reason": error.to_string() }));
            }
            SwarmEvent::Behaviour(VanillaEvent::Gossipsub(gossipsub::Event::Message { propagation_source, message_id, message })) => {
                tell(json!({
                    "event": "message", "id": hex(&message_id.0), "via": propagation_source.to_string(),
                    "from": message.source.map(|id| id.to_string()), "seqno": message.sequence_number.map(|number| number.to_string()),
                    "bytes": message.data.len(), "sha256": hex(&Sha256::digest(&message.data)),
                }));
            }
            SwarmEvent::Behaviour(VanillaEvent::Ping(ping::Event { peer, result, .. })) => match result {
                Ok(time) => tell(json!({ "event": "pinged", "peer": peer.to_string(), "ms": time.as_secs_f64() * 1000.0 })),
                Err(error) => tell(json!({ "event": "unanswered", "peer": peer.to_string(), "reason": error.to_string() })),
            },
            _ => {}
        }
    }

    fn ready(&mut self, address: Multiaddr) {
        let peer = *self.swarm.local_peer_id();
        tell(json!({ "event": "ready", "peer": peer.to_string(), "addresses": [address.with(Protocol::P2p(peer)).to_string()] }));
        for address in std::mem::take(&mut self.dial) {
            self.connect(&address);
        }
    }
}
