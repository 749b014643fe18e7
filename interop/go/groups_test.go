package peerwatch

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
)

func TestGroupsAreThoseOfTypeScript(t *testing.T) {
	text, err := os.ReadFile(vectorsFolder + "derived.json")
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Tier struct {
			Groups []struct{ Address, Scope, Peer, Group string }
		}
	}
	if err := json.Unmarshal(text, &read); err != nil || len(read.Tier.Groups) == 0 {
		t.Fatal("no vectors", err)
	}
	for _, v := range read.Tier.Groups {
		if got := groupOf(multiaddr.StringCast(v.Address), v.Scope == "public", peer.ID(fromHex(t, v.Peer))); got != v.Group {
			t.Error(v.Address, v.Scope, "is", got, "not", v.Group)
		}
	}
}

func TestNobodyIsDialledWhereNoSeedSawHim(t *testing.T) {
	_, id := party(t, 4)
	addresses := []multiaddr.Multiaddr{somewhere}
	for _, text := range []string{"/ip4/1.2.3.4/tcp/22", "/ip4/127.0.0.1/tcp/6379", "/dns4/victim.example/tcp/443"} {
		addresses = append(addresses, multiaddr.StringCast(text))
	}
	if got := addressesIn("9.9.9.0/24", addresses, id); len(got) != 1 || !got[0].Equal(somewhere) {
		t.Error("dials", got)
	}
	if got := addressesIn("9.9.9.0/24", append(addresses, multiaddr.StringCast("/ip4/9.9.9.10/tcp/22")), id); len(got) != 0 {
		t.Error("dials two hosts", got)
	}
}

func TestALostNeighbourIsLookedForOnlyWhereItWasLinked(t *testing.T) {
	_, id := party(t, 4)
	n := neighbours{all: map[peer.ID]*neighbour{}}
	elsewhere := multiaddr.StringCast("/ip4/1.2.3.4/tcp/22")
	if !n.isSeen(id, elsewhere) {
		t.Error("an application dials whom it likes")
	}
	n.connected(id, somewhere, true, 1)
	n.disconnected(id, 1)
	if n.isSeen(id, elsewhere) || !n.isSeen(id, multiaddr.StringCast("/ip4/9.9.9.9/tcp/4001")) {
		t.Error("a lost neighbour is looked for where it says it is")
	}
}

func TestOfEachGroupAsFewAsThereAreAreDialled(t *testing.T) {
	groups := map[peer.ID]string{}
	var all []listed
	for at := range 30 {
		id := peer.ID(fmt.Sprint(at))
		groups[id] = "crowd"
		if at >= 27 {
			groups[id] = fmt.Sprint("group ", at)
		}
		all = append(all, listed{AddrInfo: peer.AddrInfo{ID: id}})
	}
	turns := inTurn(all, func(each listed) string { return groups[each.ID] }, map[string]int{"crowd": 1})
	for _, each := range turns[:3] {
		if groups[each.ID] == "crowd" {
			t.Error("a crowd that has a link comes before groups that have none")
		}
	}
	if len(turns) != len(all) {
		t.Error("some are left out")
	}
}

func TestDialsCountOwnLinksOnly(t *testing.T) {
	at := multiaddr.StringCast("/ip4/8.8.1.1/tcp/4001")
	all := &neighbours{all: map[peer.ID]*neighbour{
		"knocked": {linked: true, at: at},
		"chosen":  {linked: true, own: true, at: multiaddr.StringCast("/ip4/8.8.2.1/tcp/4001")},
	}}
	groups := all.groups(true)
	if len(groups) != 1 || groups["8.8.2.0/24"] != 1 {
		t.Fatalf("counted %v", groups)
	}
}
