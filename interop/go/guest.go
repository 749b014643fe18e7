package peerwatch

import (
	"errors"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// openGuest checks a listed peer that speaks no Peerwatch: a seed vouches for it.
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
	// without addresses it was taken back: seeds tell that to each other only
	isListed := len(guest.Addresses) > 0 && len(guest.Addresses) <= maxAddresses
	if !contains(w.currentRoster().Seeds, signer) || !isCurrent || !isListed {
		return nil, errors.New("guest: not by a seed, expired, taken back, or too many addresses")
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
