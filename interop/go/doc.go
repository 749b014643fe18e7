// Package peerwatch makes a go-libp2p host a peer of a Peerwatch network: it
// registers at the seeds, watches the liveness and gossip integrity of its
// neighbours, streams signed reports on them to the trusted nodes until each
// is stored, and refuses peers that the trusted nodes evicted.
//
// It is written from docs/protocol.md and the .proto files alone. What the
// TypeScript peer does besides, counting requests (resource) and withheld
// gossip (forwarding), it leaves out: a report says nothing of a dimension that
// was not looked at.
//
//	network, err := peerwatch.ReadNetwork("network.json")
//	watch, err := peerwatch.New(network, peerwatch.Options{Folder: "data"})
//	host, err := libp2p.New(libp2p.ConnectionGater(watch.Gater()))
//	gossip, err := pubsub.NewGossipSub(ctx, host,
//		pubsub.WithRawTracer(watch.Tracer()), pubsub.WithMaxMessageSize(peerwatch.MaxMessageBytes))
//	err = watch.Start(host, gossip)
//	defer watch.Stop()
//
// The host needs an Ed25519 key, TCP or WebSockets, Noise and Yamux, and
// gossipsub its strict signatures: all of it is their default. cmd/peer is a
// whole program.
//
// # What go-libp2p-pubsub lets one see
//
// It checks whether a message was seen before it checks the signature, so only
// the first arrival of each message is judged: an altered copy that comes after
// the original goes unnoticed, and a valid duplicate is not counted. What is
// reported as integrity is therefore about first arrivals.
package peerwatch
