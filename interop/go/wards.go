package peerwatch

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/libp2p/go-libp2p/core/peer"
)

// Guests look for nobody. So some nodes take each of them on beside the links
// they want, and look at a list for them every ten windows.
const (
	guestCarers = 8
	guestsEvery = 10
)

// isWard tells whether a guest falls to this node: about eight of all nodes find so, each by itself.
func isWard(node, guest peer.ID, peersCount int) bool {
	sum := sha256.Sum256([]byte(string(node) + string(guest)))
	return uint64(binary.BigEndian.Uint32(sum[:]))*uint64(max(1, peersCount)) < guestCarers<<32
}
