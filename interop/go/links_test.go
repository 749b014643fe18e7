package peerwatch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
)

var epoch = time.Unix(1_000_000, 0)

func seenLink(id string, group string, sinceSeconds int, took time.Duration) linkSeen {
	return linkSeen{id: peer.ID(id), group: group, since: epoch.Add(time.Duration(sinceSeconds) * time.Second), took: took}
}

func TestWhoComesInACrowdPushesOutNobodyWhoWasThere(t *testing.T) {
	var links []linkSeen
	for at := range 8 {
		links = append(links, seenLink(fmt.Sprint("honest", at), fmt.Sprint("group", at), at, 50*time.Millisecond))
	}
	for at := range 40 {
		// the crowd is nearer than anybody else
		links = append(links, seenLink(fmt.Sprint("crowd", at), "crowd", 100+at, time.Millisecond))
		ended := prunes(links, 8)
		if len(ended) != len(links)-8 {
			t.Fatalf("%d of %d links were ended", len(ended), len(links))
		}
		links = slices.DeleteFunc(links, func(link linkSeen) bool { return slices.Contains(ended, link.id) })
		if crowd := slices.DeleteFunc(slices.Clone(links), func(link linkSeen) bool { return link.group != "crowd" }); len(crowd) > 1 {
			t.Fatalf("the crowd has %d of 8 links", len(crowd))
		}
	}
}

func TestAGroupOfItsOwnIsWorthMoreThanAnOldLinkOfACrowd(t *testing.T) {
	links := []linkSeen{seenLink("a1", "a", 1, 0), seenLink("a2", "a", 2, 0), seenLink("b1", "b", 9, 0)}
	if ended := prunes(links, 1); !slices.Equal(ended, []peer.ID{"a2", "b1"}) {
		t.Errorf("ended %q", ended)
	}
}

func TestTheDeadGoFirstAndOwnLinksLast(t *testing.T) {
	dead := seenLink("dead", "a", 0, time.Millisecond)
	dead.dead = true
	oldOwn, newOwn := seenLink("old own", "b", 1, 0), seenLink("new own", "b", 9, 0)
	oldOwn.own, newOwn.own = true, true
	links := []linkSeen{oldOwn, newOwn, seenLink("knocked", "c", 2, 0), dead}
	for most, expected := range [][]peer.ID{{"dead", "knocked", "new own", "old own"}, {"dead", "knocked", "new own"}, {"dead", "knocked"}, {"dead"}, {}} {
		if ended := prunes(links, most); !slices.Equal(ended, expected) {
			t.Errorf("of at most %d: ended %q", most, ended)
		}
	}
}

func TestTheNearestOfEachGroupAndTheLongestThereStay(t *testing.T) {
	links := []linkSeen{
		seenLink("near", "a", 90, 1), seenLink("near too", "a", 80, 2), seenLink("other group", "b", 70, 3), seenLink("old", "c", 1, 40),
		seenLink("older", "d", 0, 50), seenLink("new", "e", 60, 60), seenLink("newer", "f", 65, 70), seenLink("silent", "g", 0, 0),
		seenLink("last", "h", 66, 80),
	}
	// of the 8 that answer two are the nearest, one of each group, and of the 6 others 3 have been here longest
	left := unprotected(links)
	var ids []peer.ID
	for _, link := range left {
		ids = append(ids, link.id)
	}
	if expected := []peer.ID{"near too", "newer", "silent", "last"}; !slices.Equal(ids, expected) {
		t.Errorf("unprotected are %q", ids)
	}
}

func TestAnOwnLinkGivesWayToAnotherGroupOnly(t *testing.T) {
	pair := []linkSeen{seenLink("first", "a", 1, 1), seenLink("second", "a", 2, 1), seenLink("other", "b", 3, 1)}
	dead := slices.Clone(pair)
	dead[2].dead = true
	for _, c := range []struct {
		own      []linkSeen
		group    string
		expected peer.ID
	}{{pair, "c", "second"}, {pair, "a", ""}, {pair, "b", ""}, {pair[1:], "c", ""}, {dead, "a", "other"}, {dead, "c", "other"}, {nil, "c", ""}} {
		if given := replacedBy(c.own, c.group); given != c.expected {
			t.Errorf("%v gives way to %s: %q", c.own, c.group, given)
		}
	}
}

// stage is a node without a network around it, and what it tells.
type stage struct {
	*Watch
	mu   sync.Mutex
	told []Event
}

func newStage(t *testing.T, folder string, maxDegree, neighbours int) *stage {
	t.Helper()
	network, roster := tier(t)
	roster.MaxDegree = maxDegree
	s := &stage{}
	watch, err := New(network, Options{Folder: folder, Neighbours: neighbours, OnEvent: func(event Event) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = append(s.told, event)
	}})
	if err != nil {
		t.Fatal(err)
	}
	// what lasts for windows is not over on a slow machine
	watch.windows = newWindows(time.Hour)
	watch.host = newHost(t, libp2p.ConnectionGater(watch.Gater()))
	watch.host.Network().Notify(watch.notifiee())
	s.Watch = watch
	return s
}

func newHost(t *testing.T, options ...libp2p.Option) host.Host {
	t.Helper()
	h, err := libp2p.New(append(options, libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// whys tells why this peer was turned away, each time.
func (s *stage) whys(id peer.ID) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, event := range s.told {
		if event.Kind == "turned-away" && event.Peer == id {
			all = append(all, event.Why)
		}
	}
	return all
}

func (s *stage) isLinked(id peer.ID) bool { return len(s.host.Network().ConnsToPeer(id)) > 0 }

// eventually looks until it is true; the deadline only ends a test that hangs.
func eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !isTrue(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestAFullNodeEndsTheNewestOfThoseThatKnockAndKeepsItsOwn(t *testing.T) {
	s := newStage(t, "", 3, 2)
	own := newHost(t)
	if err := s.host.Connect(context.Background(), *host.InfoFromHost(own)); err != nil {
		t.Fatal(err)
	}
	var knocking []host.Host
	for range 4 {
		h := newHost(t)
		if err := h.Connect(context.Background(), peer.AddrInfo{ID: s.host.ID(), Addrs: s.host.Addrs()}); err != nil {
			t.Fatal(err)
		}
		knocking = append(knocking, h)
		eventually(t, "it is counted or turned away", func() bool { return s.neighbours.has(h.ID()) || len(s.whys(h.ID())) > 0 })
	}
	for _, late := range knocking[2:] {
		eventually(t, "who comes late is turned away", func() bool { return len(s.whys(late.ID())) > 0 && !s.isLinked(late.ID()) })
		if whys := s.whys(late.ID()); !slices.Equal(whys, []string{"full"}) {
			t.Errorf("turned away: %q", whys)
		}
		// it takes its link for broken
		_ = late.Connect(context.Background(), peer.AddrInfo{ID: s.host.ID(), Addrs: s.host.Addrs()})
		eventually(t, "it is hung up on again", func() bool { return !s.isLinked(late.ID()) && !s.neighbours.has(late.ID()) })
		if whys := s.whys(late.ID()); len(whys) != 1 {
			t.Errorf("a redial became a neighbour: %q", whys)
		}
	}
	for _, early := range []host.Host{own, knocking[0], knocking[1]} {
		if !s.isLinked(early.ID()) || len(s.whys(early.ID())) > 0 {
			t.Errorf("%s was there and is gone", early.ID())
		}
	}
	if linked, _, ownCount := s.neighbours.count(); linked != 3 || ownCount != 1 {
		t.Errorf("%d links, %d own", linked, ownCount)
	}
}

func TestAFeelerKeepsWhoIsBetterAndTurnsTheOthersAway(t *testing.T) {
	s := newStage(t, "", 8, 3)
	feel := func() host.Host {
		h := newHost(t)
		s.feel(context.Background(), *host.InfoFromHost(h), time.Minute)
		return h
	}
	ownCount := func() int { _, _, own := s.neighbours.count(); return own }
	var own []host.Host
	for range 3 {
		// own links are missing: whoever answers is taken
		own = append(own, feel())
	}
	if ownCount() != 3 {
		t.Fatalf("%d own links", ownCount())
	}
	tried := feel()
	eventually(t, "its link is ended", func() bool { return !s.isLinked(tried.ID()) && !s.neighbours.has(tried.ID()) })
	if whys := s.whys(tried.ID()); !slices.Equal(whys, []string{"tried"}) || ownCount() != 3 {
		t.Errorf("turned away: %q, %d own links", whys, ownCount())
	}
	s.neighbours.mu.Lock()
	s.neighbours.all[own[1].ID()].dead = true
	s.neighbours.mu.Unlock()
	better := feel()
	eventually(t, "the dead one goes", func() bool { return !s.isLinked(own[1].ID()) })
	if whys := s.whys(own[1].ID()); !slices.Equal(whys, []string{"replaced"}) || !s.isLinked(better.ID()) || ownCount() != 3 {
		t.Errorf("replaced: %q, %d own links", whys, ownCount())
	}
	gone := newHost(t)
	info := *host.InfoFromHost(gone)
	_ = gone.Close()
	s.feel(context.Background(), info, time.Minute)
	if s.neighbours.has(info.ID) || len(s.whys(info.ID)) > 0 || s.neighbours.trial != "" {
		t.Error("a peer that is not reached is still tried")
	}
}

func TestOneFeelerAtATimeAndNoneIsProbedOrCounted(t *testing.T) {
	n := &neighbours{all: map[peer.ID]*neighbour{}}
	if !n.try("a") || n.try("b") {
		t.Fatal("two are tried at once")
	}
	n.connected("a", somewhere, true, 1)
	if n.all["a"].own {
		t.Error("a trial is an own link")
	}
	if linked, _, own := n.count(); linked != 0 || own != 0 || len(n.ids()) != 0 || len(n.prune(0, false, 1)) != 0 {
		t.Error("a trial counts as a link")
	}
	if ended := n.judge(false, true, false, 1); ended != "a" {
		t.Error("who did not answer is kept")
	}
	if n.disconnected("a", 1); n.has("a") || !n.wasTurnedAway("a", 1+turnedAwayWindows-1) || n.wasTurnedAway("a", 1+turnedAwayWindows) {
		t.Error("who was turned away is looked for, or refused for too long")
	}
	for at := range 2 * maxTurnedAway {
		n.turnAway(peer.ID(fmt.Sprint(at)), 1)
	}
	if len(n.turnedAway) > maxTurnedAway {
		t.Errorf("%d are remembered", len(n.turnedAway))
	}
}

func TestAnchorsAreTheOldestOwnLinksThatLivedAndAreDialledAfterARestart(t *testing.T) {
	folder := t.TempDir()
	s := newStage(t, folder, 8, 6)
	var own []host.Host
	for at := range 4 {
		h := newHost(t)
		own = append(own, h)
		if err := s.host.Connect(context.Background(), *host.InfoFromHost(h)); err != nil {
			t.Fatal(err)
		}
		s.neighbours.mu.Lock()
		known := s.neighbours.all[h.ID()]
		known.sinceWindow, known.since, known.answered = 100, epoch.Add(time.Duration(at)*time.Second), true
		s.neighbours.mu.Unlock()
	}
	knocked := newHost(t)
	if err := knocked.Connect(context.Background(), peer.AddrInfo{ID: s.host.ID(), Addrs: s.host.Addrs()}); err != nil {
		t.Fatal(err)
	}
	s.neighbours.all[own[0].ID()].misses = 1 // it does not answer
	s.keepAnchors(100 + livedWindows - 1)
	if found := s.loadAnchors(); len(found) != 0 {
		t.Fatalf("links that have not lived are kept: %v", found)
	}
	s.keepAnchors(100 + livedWindows)
	ids := func() []peer.ID {
		var all []peer.ID
		for _, info := range s.loadAnchors() {
			all = append(all, info.ID)
		}
		return all
	}
	if expected := []peer.ID{own[1].ID(), own[2].ID()}; !slices.Equal(ids(), expected) {
		t.Fatalf("kept %v", ids())
	}
	_ = s.host.Close()
	s.keepAnchors(100 + livedWindows)
	if len(ids()) != 2 {
		t.Fatal("who is cut off keeps nothing of before")
	}
	back := newStage(t, folder, 8, 6)
	back.dialAnchors(context.Background())
	if _, _, ownCount := back.neighbours.count(); ownCount != 2 || !back.isLinked(own[1].ID()) || !back.isLinked(own[2].ID()) {
		t.Errorf("%d own links", ownCount)
	}
	other := newStage(t, folder, 8, 6)
	other.network.id[0]++
	if len(other.loadAnchors()) != 0 {
		t.Error("those of another network are dialled")
	}
	if err := other.store.write(anchorsFile, []byte("{")); err != nil || len(other.loadAnchors()) != 0 {
		t.Error("garbage is read")
	}
}
