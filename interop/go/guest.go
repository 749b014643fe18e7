package peerwatch

import (
	"errors"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// openGuest checks an entry of a peer that speaks no Peerwatch: a seed vouches for it.
func (w *Watch) openGuest(encoded []byte) (*peer.AddrInfo, error) {
	var guest wire.Guest
	signer, err := w.network.open("guest", encoded, maxSignedBytes, &guest)
	if err != nil {
		return nil, err
	}
	id, err := idFromBytes(guest.Peer)
	if err != nil {
		return nil, err
	}
	isCurrent := guest.ExpiresAtMs > uint64(w.windows.time().UnixMilli())
	if !contains(w.currentRoster().Seeds, signer) || !isCurrent || len(guest.Addresses) > maxAddresses {
		return nil, errors.New("guest: not by a seed, expired, or too many addresses")
	}
	info := &peer.AddrInfo{ID: id}
	for _, bytes := range guest.Addresses {
		address, err := multiaddr.NewMultiaddrBytes(bytes)
		if err != nil {
			return nil, err
		}
		transport, named := peer.SplitAddr(address)
		if transport != nil && (named == "" || named == id) {
			info.Addrs = append(info.Addrs, transport)
		}
	}
	return info, nil
}
