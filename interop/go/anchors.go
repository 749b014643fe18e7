package peerwatch

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
)

const (
	anchorsFile = "anchors"
	// More: a list that was bad once is believed longer. Fewer: one restart of both, and nothing is left.
	anchorsMost = 2
	// Younger links have shown nothing yet.
	livedWindows = 3
)

// anchors are own links that lived, kept over a restart: whoever makes a node restart does not choose its neighbours anew.
type anchors struct {
	Network string   `json:"network"`
	Anchors []anchor `json:"anchors"`
}

type anchor struct {
	Peer    string `json:"peer"`
	Address string `json:"address"` // where it was reached
}

// loadAnchors reads those of this network; none where nothing can be read.
func (w *Watch) loadAnchors() []peer.AddrInfo {
	encoded, err := w.store.read(anchorsFile)
	if err != nil {
		return nil
	}
	var stored anchors
	if json.Unmarshal(encoded, &stored) != nil || stored.Network != hex.EncodeToString(w.network.id[:]) {
		return nil
	}
	var all []peer.AddrInfo
	for _, each := range stored.Anchors[:min(len(stored.Anchors), anchorsMost)] {
		id, err := idFromText(each.Peer)
		if err != nil {
			return nil
		}
		address, err := multiaddr.NewMultiaddr(each.Address)
		if err != nil {
			return nil
		}
		all = append(all, peer.AddrInfo{ID: id, Addrs: []multiaddr.Multiaddr{address}})
	}
	return all
}

// keepAnchors writes the oldest own links that lived and answer, where they have changed.
// Who is cut off has none, and needs those of before.
func (w *Watch) keepAnchors(window uint32) {
	next := anchors{Network: hex.EncodeToString(w.network.id[:])}
	for _, id := range w.neighbours.lived(window) {
		for _, conn := range w.host.Network().ConnsToPeer(id) {
			if stat := conn.Stat(); stat.Direction == network.DirOutbound && !stat.Limited {
				next.Anchors = append(next.Anchors, anchor{Peer: id.String(), Address: conn.RemoteMultiaddr().String()})
				break
			}
		}
		if len(next.Anchors) == anchorsMost {
			break
		}
	}
	if len(next.Anchors) == 0 || slices.Equal(next.Anchors, w.keptAnchors) {
		return
	}
	encoded, err := json.Marshal(next)
	if err == nil {
		err = w.store.write(anchorsFile, encoded)
	}
	if err != nil {
		w.store.complain("anchors were not written", err)
		return
	}
	w.keptAnchors = next.Anchors
}

// dialAnchors makes own links of before a restart, which no seed has to name.
func (w *Watch) dialAnchors(ctx context.Context) {
	timeout := w.currentRoster().preset.pingTimeout
	for _, info := range w.loadAnchors() {
		_, _, own := w.neighbours.count()
		if ctx.Err() != nil || own >= ownShare(w.options.Neighbours, w.currentRoster().MaxDegree) {
			return
		}
		if !w.isNew(info.ID) {
			continue
		}
		limited, cancel := context.WithTimeout(ctx, 2*timeout)
		if err := w.host.Connect(limited, info); err != nil {
			w.log.Info("an anchor is not reached", "peer", info.ID, "error", err)
		}
		cancel()
	}
}
