// Package quiet has a gossipsub tracer that does nothing, to be embedded by
// those who want to hear of one event only.
package quiet

import (
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// Tracer is a pubsub.RawTracer whose methods are empty.
type Tracer struct{}

var _ pubsub.RawTracer = Tracer{}

func (Tracer) OnNewOutboundStream(peer.ID, protocol.ID) {}
func (Tracer) OnClosedOutboundStream(peer.ID)           {}
func (Tracer) Join(string)                              {}
func (Tracer) Leave(string)                             {}
func (Tracer) Graft(peer.ID, string)                    {}
func (Tracer) Prune(peer.ID, string)                    {}
func (Tracer) ValidateMessage(*pubsub.Message)          {}
func (Tracer) DeliverMessage(*pubsub.Message)           {}
func (Tracer) RejectMessage(*pubsub.Message, string)    {}
func (Tracer) DuplicateMessage(*pubsub.Message)         {}
func (Tracer) ThrottlePeer(peer.ID)                     {}
func (Tracer) RecvRPC(*pubsub.RPC)                      {}
func (Tracer) SendRPC(*pubsub.RPC, peer.ID)             {}
func (Tracer) DropRPC(*pubsub.RPC, peer.ID)             {}
func (Tracer) UndeliverableMessage(*pubsub.Message)     {}
