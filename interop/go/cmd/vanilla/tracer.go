package main

import (
	"sync/atomic"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/quiet"
)

// tracer tells what gossipsub refused and of whom, and counts the messages
// that were announced and asked for in each direction.
type tracer struct {
	quiet.Tracer
	announcedIn, announcedOut, askedIn, askedOut atomic.Int64
}

func (*tracer) RejectMessage(m *pubsub.Message, reason string) {
	tell("rejected", told{"via": m.ReceivedFrom.String(), "reason": reason})
}

// Graft tells who is in the mesh of the topic: what gossipsub publishes goes to these alone.
func (*tracer) Graft(id peer.ID, _ string) { tell("grafted", told{"peer": id.String()}) }

// DropRPC tells of messages that gossipsub does not send: too large, or too many at once.
func (*tracer) DropRPC(rpc *pubsub.RPC, to peer.ID) {
	for _, m := range rpc.GetPublish() {
		tell("dropped", told{"peer": to.String(), "bytes": len(m.GetData())})
	}
}

func (t *tracer) RecvRPC(rpc *pubsub.RPC)            { count(rpc, &t.announcedIn, &t.askedIn) }
func (t *tracer) SendRPC(rpc *pubsub.RPC, _ peer.ID) { count(rpc, &t.announcedOut, &t.askedOut) }

func count(rpc *pubsub.RPC, announced, asked *atomic.Int64) {
	for _, ihave := range rpc.GetControl().GetIhave() {
		announced.Add(int64(len(ihave.GetMessageIDs())))
	}
	for _, iwant := range rpc.GetControl().GetIwant() {
		asked.Add(int64(len(iwant.GetMessageIDs())))
	}
}

func (t *tracer) tell() {
	tell("traffic", told{
		"announcedIn": t.announcedIn.Load(), "announcedOut": t.announcedOut.Load(),
		"askedIn": t.askedIn.Load(), "askedOut": t.askedOut.Load(),
	})
}
