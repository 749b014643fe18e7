//! What the host does on its connections.

use std::error::Error;
use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{gossipsub, identify, ping};

/// go-libp2p-pubsub's limit of a message; that of rust-libp2p is 64 KiB.
const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// rust-libp2p drops, without a word, what it could not pass on within a second: on a busy machine a test would lose messages.
const SENT_WITHIN: Duration = Duration::from_secs(60);

#[derive(NetworkBehaviour)]
pub struct Vanilla {
    pub gossipsub: gossipsub::Behaviour,
    pub identify: identify::Behaviour,
    pub ping: ping::Behaviour,
}

/// Bytes of the author's id and of the sequence number, big endian, as
/// go-libp2p-pubsub makes it. The default of rust-libp2p is the text of both:
/// under that, nobody knows another's announcement (IHAVE) for what he has.
fn message_id(message: &gossipsub::Message) -> gossipsub::MessageId {
    let mut id = message.source.map_or_else(Vec::new, |source| source.to_bytes());
    id.extend(message.sequence_number.unwrap_or_default().to_be_bytes());
    gossipsub::MessageId(id)
}

pub fn vanilla(key: &Keypair, ping_every: Duration) -> Result<Vanilla, Box<dyn Error + Send + Sync>> {
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(gossipsub::ValidationMode::Strict)
        .max_transmit_size(MAX_MESSAGE_BYTES)
        .message_id_fn(message_id)
        .publish_queue_duration(SENT_WITHIN)
        .forward_queue_duration(SENT_WITHIN)
        .build()?;
    Ok(Vanilla {
        gossipsub: gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Signed(key.clone()), config)?,
        identify: identify::Behaviour::new(identify::Config::new("ipfs/0.1.0".into(), key.public())),
        ping: ping::Behaviour::new(ping::Config::new().with_interval(ping_every)),
    })
}
