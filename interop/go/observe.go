package peerwatch

import (
	"sync"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/quiet"
)

// The dimensions of a report, by number.
const (
	dimensionLiveness  = 1
	dimensionIntegrity = 2
	dimensionResource  = 4
)

// A neighbour is cut when it altered so many messages, by so many authors,
// within so many windows, and their originals came too.
const (
	alteredCopies  = 3
	alteredAuthors = 2
	alteredWithin  = 6

	maxOriginals = 4096
	maxAltered   = 256
	maxWatched   = 1024
)

type counts struct{ ok, bad uint32 }

type altered struct {
	key    string
	author string
	window uint32
	proved bool
}

// observer counts what neighbours did in the current window. It is gossipsub's tracer.
type observer struct {
	quiet.Tracer
	window func() uint32
	// onEvidence is called for a neighbour that proved to alter what it relays.
	onEvidence func(peer.ID)

	mu        sync.Mutex
	seen      map[peer.ID]map[uint32]*counts
	originals map[string]uint32
	altered   map[peer.ID][]altered
}

func newObserver() *observer {
	return &observer{
		window: func() uint32 { return 0 }, onEvidence: func(peer.ID) {},
		seen: map[peer.ID]map[uint32]*counts{}, originals: map[string]uint32{}, altered: map[peer.ID][]altered{},
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
	key := keyOf(m)
	if len(o.originals) < maxOriginals {
		o.originals[key] = o.window()
	}
	var guilty []peer.ID
	for id, copies := range o.altered {
		for at := range copies {
			if copies[at].key == key && !copies[at].proved {
				copies[at].proved = true
				if o.isGuilty(copies) {
					guilty = append(guilty, id)
				}
			}
		}
	}
	o.mu.Unlock()
	for _, id := range guilty {
		o.onEvidence(id)
	}
}

// RejectMessage counts a copy whose signature is wrong. No other reason counts:
// each depends on configuration, clock or version.
func (o *observer) RejectMessage(m *pubsub.Message, reason string) {
	if reason != pubsub.RejectInvalidSignature || m.Local {
		return
	}
	o.mu.Lock()
	o.addLocked(m.ReceivedFrom, dimensionIntegrity, false)
	key := keyOf(m)
	_, proved := o.originals[key]
	copies := o.altered[m.ReceivedFrom]
	isGuilty := false
	if len(o.altered) < maxWatched || copies != nil {
		if len(copies) >= maxAltered {
			copies = copies[1:]
		}
		copies = append(copies, altered{key: key, author: string(m.From), window: o.window(), proved: proved})
		o.altered[m.ReceivedFrom] = copies
		isGuilty = o.isGuilty(copies)
	}
	o.mu.Unlock()
	if isGuilty {
		o.onEvidence(m.ReceivedFrom)
	}
}

func keyOf(m *pubsub.Message) string {
	return string(m.From) + "/" + string(m.Seqno) + "/" + m.GetTopic()
}

// isGuilty is called with the lock held.
func (o *observer) isGuilty(copies []altered) bool {
	window, proved, authors := o.window(), 0, map[string]bool{}
	for _, c := range copies {
		if c.proved && c.window+alteredWithin > window {
			proved++
			authors[c.author] = true
		}
	}
	return proved >= alteredCopies && len(authors) >= alteredAuthors
}

// take returns what was counted since the last call, and forgets what is too old to prove anything.
func (o *observer) take() map[peer.ID]map[uint32]*counts {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen, window := o.seen, o.window()
	o.seen = map[peer.ID]map[uint32]*counts{}
	for key, at := range o.originals {
		if at+alteredWithin <= window {
			delete(o.originals, key)
		}
	}
	for id, copies := range o.altered {
		if len(copies) == 0 || copies[len(copies)-1].window+alteredWithin <= window {
			delete(o.altered, id)
		}
	}
	return seen
}
