package peerwatch

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// privateGroup is of whoever is not on the open internet.
const privateGroup = "private"

// groupOf is whose names are one voice: in scope public the IPv4 /24 or IPv6 /48.
func groupOf(address multiaddr.Multiaddr, isPublic bool, id peer.ID) string {
	if !isPublic {
		return id.String()
	}
	ip, isIP := ipOf(address)
	if !isIP {
		return privateGroup
	}
	// of ::ffff:a.b.c.d the IPv4 address
	if plain, err := manet.FromIP(ip.AsSlice()); err != nil || !manet.IsPublicAddr(plain) {
		return privateGroup
	}
	if ip.Is4() {
		prefix, _ := ip.Prefix(24)
		return prefix.String()
	}
	var words []string
	for at := 0; at < 6; at += 2 {
		words = append(words, strconv.FormatUint(uint64(ip.As16()[at])<<8|uint64(ip.As16()[at+1]), 16))
	}
	return strings.Join(words, ":") + "::/48"
}

// hostOf is the machine that an address belongs to: an IPv4 address or an IPv6 /64. Empty for names.
func hostOf(address multiaddr.Multiaddr) string {
	ip, isIP := ipOf(address)
	if !isIP {
		return ""
	}
	if ip.Is4() {
		return ip.String()
	}
	all := ip.As16()
	return hex.EncodeToString(all[:8])
}

func ipOf(address multiaddr.Multiaddr) (netip.Addr, bool) {
	bytes, err := manet.ToIP(address)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, isIP := netip.AddrFromSlice(bytes)
	return ip.Unmap(), isIP
}

// addressesIn are those of a group that a seed signed, if they are of one host.
// Nobody is dialled where only a stranger says that somebody is.
func addressesIn(group string, addresses []multiaddr.Multiaddr, id peer.ID) []multiaddr.Multiaddr {
	var inside []multiaddr.Multiaddr
	hosts := map[string]bool{}
	for _, address := range addresses {
		if host := hostOf(address); host != "" && groupOf(address, true, id) == group {
			inside = append(inside, address)
			hosts[host] = true
		}
	}
	if group != privateGroup && len(hosts) > 1 {
		return nil
	}
	return inside
}

// seenAddresses are those of a record at which a seed signed that it saw the peer.
func (w *Watch) seenAddresses(own *peer.PeerRecord, stamped []byte, isOnSeedsNetwork bool) ([]multiaddr.Multiaddr, error) {
	roster := w.currentRoster()
	if !roster.isPublic || roster.isMember(own.PeerID) {
		return own.Addrs, nil
	}
	if len(stamped) == 0 {
		return nil, nil // it is registered, and was seen nowhere
	}
	var stamp wire.Stamp
	signer, err := w.network.open("stamp", stamped, maxStampBytes, &stamp)
	if err != nil || peer.ID(stamp.Peer) != own.PeerID {
		return nil, errors.New("stamp: not as it was signed, or of another")
	}
	if !contains(roster.Seeds, signer) {
		return nil, nil // of two rosters one is older: that is no fault of who hands it on
	}
	if stamp.Group == privateGroup && !isOnSeedsNetwork {
		return nil, nil
	}
	return addressesIn(stamp.Group, own.Addrs, own.PeerID), nil
}

// inTurn puts the first of every group first, then the second of every group;
// has is how many links each group has already.
func inTurn(all []listed, groupOf func(listed) string, has map[string]int) []listed {
	turns := map[peer.ID]int{}
	for _, each := range all {
		group := groupOf(each)
		turns[each.ID] = has[group]
		has[group]++
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b listed) int { return turns[a.ID] - turns[b.ID] })
	return sorted
}
