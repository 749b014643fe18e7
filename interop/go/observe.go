package peerwatch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/quiet"
)

// The dimensions of a report, by number.
const (
	dimensionLiveness  = 1
	dimensionIntegrity = 2
	dimensionResource  = 4
)

// A neighbour is cut when it altered so many messages within so many windows,
// and their originals came too.
const (
	alteredMessages = 3
	alteredWithin   = 6

	maxOriginals = 4096
	maxAltered   = 256
	maxWatched   = 1024
)

type counts struct{ ok, bad uint32 }

// contents are what a signature is over, as far as no implementation reads it otherwise.
type contents [sha256.Size]byte

type original struct {
	contents contents
	window   uint32
}

// unproved is a copy with a wrong signature; it is bad once its original was seen to differ.
type unproved struct {
	contents contents
	window   uint32
	isBad    bool
}

// observer counts what neighbours did in the current window. It is gossipsub's tracer.
type observer struct {
	quiet.Tracer
	window func() uint32
	// onEvidence is called for a neighbour that proved to alter what it relays.
	onEvidence func(peer.ID)

	mu        sync.Mutex
	seen      map[peer.ID]map[uint32]*counts
	originals map[string]original
	unproved  map[peer.ID]map[string]*unproved
}

func newObserver() *observer {
	return &observer{
		window: func() uint32 { return 0 }, onEvidence: func(peer.ID) {},
		seen: map[peer.ID]map[uint32]*counts{}, originals: map[string]original{}, unproved: map[peer.ID]map[string]*unproved{},
	}
}

func (o *observer) add(id peer.ID, dimension uint32, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.addLocked(id, dimension, ok)
}

func (o *observer) addLocked(id peer.ID, dimension uint32, ok bool) {
	ofPeer := o.seen[id]
	if ofPeer == nil {
		if len(o.seen) >= maxWatched {
			return
		}
		ofPeer = map[uint32]*counts{}
		o.seen[id] = ofPeer
	}
	c := ofPeer[dimension]
	if c == nil {
		c = &counts{}
		ofPeer[dimension] = c
	}
	if ok {
		c.ok++
	} else {
		c.bad++
	}
}

// DeliverMessage counts a first arrival with a valid signature.
func (o *observer) DeliverMessage(m *pubsub.Message) {
	if len(m.Signature) == 0 || m.Local {
		return
	}
	o.mu.Lock()
	o.addLocked(m.ReceivedFrom, dimensionIntegrity, true)
	var guilty []peer.ID
	if isTelling(m.From) {
		key, held := keyOf(m), original{contentsOf(m), o.window()}
		if len(o.originals) < maxOriginals {
			o.originals[key] = held
		}
		for id, copies := range o.unproved {
			if c := copies[key]; c != nil && o.proveLocked(id, c, held) {
				guilty = append(guilty, id)
			}
		}
	}
	o.mu.Unlock()
	for _, id := range guilty {
		o.onEvidence(id)
	}
}

// RejectMessage holds a copy whose signature is wrong against the valid
// original that has the same signature over other data or another topic: only a
// relay makes such a copy. Alone it blames nobody, and no other reason does:
// each depends on configuration, clock or version.
func (o *observer) RejectMessage(m *pubsub.Message, reason string) {
	if reason != pubsub.RejectInvalidSignature || m.Local || !isTelling(m.From) {
		return
	}
	o.mu.Lock()
	key, isGuilty := keyOf(m), false
	copies := o.unproved[m.ReceivedFrom]
	if copies == nil && len(o.unproved) < maxWatched {
		copies = map[string]*unproved{}
		o.unproved[m.ReceivedFrom] = copies
	}
	if copies != nil && copies[key] == nil {
		c := &unproved{contents: contentsOf(m), window: o.window()}
		held, isHeld := o.originals[key]
		if isHeld && c.contents != held.contents || !isHeld && len(copies) < maxAltered {
			copies[key] = c
		}
		isGuilty = isHeld && o.proveLocked(m.ReceivedFrom, c, held)
	}
	o.mu.Unlock()
	if isGuilty {
		o.onEvidence(m.ReceivedFrom)
	}
}

// proveLocked says whether this copy completes the evidence.
func (o *observer) proveLocked(id peer.ID, c *unproved, held original) bool {
	if c.isBad || c.contents == held.contents {
		return false
	}
	c.isBad = true
	o.addLocked(id, dimensionIntegrity, false)
	window, bad := o.window(), 0
	for _, each := range o.unproved[id] {
		if each.isBad && each.window+alteredWithin > window {
			bad++
		}
	}
	return bad >= alteredMessages
}

func keyOf(m *pubsub.Message) string {
	return string(m.From) + "/" + string(m.Seqno) + "/" + string(m.Signature)
}

// contentsOf takes absent data and empty data for the same: implementations write down either.
func contentsOf(m *pubsub.Message) contents {
	topic := m.GetTopic()
	return sha256.Sum256(append([]byte(fmt.Sprintf("%d %s ", len(topic), topic)), m.Data...))
}

// smallOrder are all points of an order up to 8, in every form that some
// implementation reads, without the sign: their signatures hold for any message.
var smallOrder = func() map[string]bool {
	points := map[string]bool{}
	for _, text := range []string{
		strings.Repeat("00", 32), "01" + strings.Repeat("00", 31),
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ec" + strings.Repeat("ff", 30) + "7f", "ed" + strings.Repeat("ff", 30) + "7f", "ee" + strings.Repeat("ff", 30) + "7f",
	} {
		points[text] = true
	}
	return points
}()

// isTelling says whether no signature of this author can hold for two messages.
func isTelling(author []byte) bool {
	id, err := idFromBytes(author)
	if err != nil {
		return false
	}
	key, err := id.ExtractPublicKey()
	if err != nil || key.Type() != crypto.Ed25519 {
		return false
	}
	raw, err := key.Raw()
	if err != nil || len(raw) != 32 {
		return false
	}
	unsigned := append([]byte(nil), raw...)
	unsigned[31] &= 0x7f
	return !smallOrder[hex.EncodeToString(unsigned)]
}

// take returns what was counted since the last call, and forgets what is too old to prove anything.
func (o *observer) take() map[peer.ID]map[uint32]*counts {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen, window := o.seen, o.window()
	o.seen = map[peer.ID]map[uint32]*counts{}
	for key, held := range o.originals {
		if held.window+alteredWithin <= window {
			delete(o.originals, key)
		}
	}
	for id, copies := range o.unproved {
		for key, c := range copies {
			if c.window+alteredWithin <= window {
				delete(copies, key)
			}
		}
		if len(copies) == 0 {
			delete(o.unproved, id)
		}
	}
	return seen
}
