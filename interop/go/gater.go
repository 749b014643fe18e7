package peerwatch

import (
	"sync"

	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
)

// gater refuses evicted and cut peers in both directions, and looks for lost
// neighbours only where they were linked: not wherever they said they are.
type gater struct {
	refuses func(peer.ID) bool
	isSeen  func(peer.ID, multiaddr.Multiaddr) bool
}

var _ connmgr.ConnectionGater = (*gater)(nil)

func (g *gater) InterceptPeerDial(id peer.ID) bool                               { return !g.refuses(id) }
func (g *gater) InterceptAccept(network.ConnMultiaddrs) bool                     { return true }
func (g *gater) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }
func (g *gater) InterceptAddrDial(id peer.ID, address multiaddr.Multiaddr) bool {
	return !g.refuses(id) && g.isSeen(id, address)
}

func (g *gater) InterceptSecured(_ network.Direction, id peer.ID, _ network.ConnMultiaddrs) bool {
	return !g.refuses(id)
}

// cuts are the peers that this node refuses on its own evidence.
type cuts struct {
	mu    sync.Mutex
	until map[peer.ID]uint32
}

const (
	maxCuts    = 10_000
	cutWindows = 30
)

func (c *cuts) add(id peer.ID, window uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.until) < maxCuts {
		c.until[id] = window + cutWindows
	}
}

func (c *cuts) has(id peer.ID, window uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return window < c.until[id]
}

// current forgets those that have ended.
func (c *cuts) current(window uint32) []peer.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []peer.ID
	for id, until := range c.until {
		if window >= until {
			delete(c.until, id)
			continue
		}
		all = append(all, id)
	}
	return all
}
