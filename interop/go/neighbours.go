package peerwatch

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/multiformats/go-multiaddr"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const (
	pingMisses     = 3
	watchedWindows = 30
	// Fewer own links cannot tell that it is this node which is offline.
	leastToCompare = 3
	listedPerTry   = 32
	// Whoever redials a broken link does so within an interval of pings or two.
	turnedAwayWindows = 2
	maxTurnedAway     = 1000
)

// neighbour is a peer that is linked, or was and did not say goodbye.
type neighbour struct {
	linked     bool
	leaving    bool // it said goodbye, or was removed, over a link that is still there
	ended      bool // this node is ending the link
	own        bool // this node chose it: it neither knocked nor was this node sent to it
	answered   bool
	misses     int
	dead       bool
	lostWindow uint32
	// When it last answered, or came.
	heardWindow uint32
	sinceWindow uint32
	since       time.Time
	took        time.Duration // of its last answered ping
	// of its newest link
	at multiaddr.Multiaddr
}

type neighbours struct {
	mu        sync.Mutex
	all       map[peer.ID]*neighbour
	wasSilent bool
	// The peer that a feeler tries, beside the links that are counted.
	trial peer.ID
	// When this node turned a peer away: it cannot know that its link did not break, and dials again.
	turnedAway map[peer.ID]uint32
}

func (n *neighbours) connected(id peer.ID, at multiaddr.Multiaddr, own bool, window uint32) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.all[id]
	if known == nil {
		// Own links are few: however many knock, there is room for them.
		if len(n.all) >= maxWatched && !own {
			return false
		}
		n.all[id] = &neighbour{linked: true, at: at, own: own && id != n.trial, heardWindow: window, sinceWindow: window, since: time.Now()}
		return true
	}
	known.linked, known.leaving, known.ended, known.at = true, false, false, at
	return false
}

func (n *neighbours) disconnected(id peer.ID, window uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	// Who knocked and was gone before it answered once was nobody's neighbour.
	if known := n.all[id]; known != nil && (known.leaving || known.ended || !known.own && !known.answered) {
		delete(n.all, id)
	} else if known != nil {
		known.linked, known.lostWindow = false, window
	}
}

// forget ends the watch over a peer that is refused.
func (n *neighbours) forget(id peer.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.all, id)
}

// left ends the watch over a peer that said goodbye or was removed, as soon as
// there is no link: as long as there is one it lives, whatever was played back.
func (n *neighbours) left(id peer.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.all[id]; known != nil && known.linked && !known.dead {
		known.leaving = true
	} else {
		delete(n.all, id)
	}
}

func (n *neighbours) ids() []peer.ID {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := make([]peer.ID, 0, len(n.all))
	for id := range n.all {
		if id != n.trial {
			all = append(all, id)
		}
	}
	return all
}

func (n *neighbours) has(id peer.ID) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all[id] != nil
}

// isSeen is false for addresses of a lost neighbour at which it was not linked.
func (n *neighbours) isSeen(id peer.ID, address multiaddr.Multiaddr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.all[id]
	return known == nil || known.linked || hostOf(known.at) == "" || hostOf(known.at) == hostOf(address)
}

// groups counts the own links of each group: who knocks from many networks must not choose whom this node dials.
func (n *neighbours) groups(isPublic bool) map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	counts := map[string]int{}
	for id, each := range n.all {
		if each.linked && each.own {
			counts[groupOf(each.at, isPublic, id)]++
		}
	}
	return counts
}

// count tells how many are linked, how many of them are not found dead, and how many of those this node chose.
func (n *neighbours) count() (linked, living, own int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, each := range n.all {
		if !each.linked || each.ended || id == n.trial {
			continue
		}
		linked++
		if each.dead {
			continue
		}
		living++
		if each.own {
			own++
		}
	}
	return linked, living, own
}

// choose makes a link one of this node's own, or takes that back.
func (n *neighbours) choose(id peer.ID, own bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.all[id]
	if known == nil || !known.linked || known.own == own {
		return false
	}
	known.own = own
	return true
}

// links are those that count; own ones alone where the others do not matter.
func (n *neighbours) links(isPublic, ownOnly bool) []linkSeen {
	var all []linkSeen
	for id, each := range n.all {
		if each.linked && !each.ended && id != n.trial && (each.own || !ownOnly) {
			all = append(all, linkSeen{id: id, group: groupOf(each.at, isPublic, id), own: each.own, since: each.since, took: each.took, dead: each.dead})
		}
	}
	slices.SortFunc(all, func(a, b linkSeen) int { return a.since.Compare(b.since) })
	return all
}

// prune names the links above the most, and ends the watch over them.
func (n *neighbours) prune(most int, isPublic bool, window uint32) []peer.ID {
	n.mu.Lock()
	defer n.mu.Unlock()
	ended := prunes(n.links(isPublic, false), most)
	for _, id := range ended {
		n.turnAway(id, window)
	}
	return ended
}

func (n *neighbours) turnAway(id peer.ID, window uint32) {
	if known := n.all[id]; known != nil {
		known.ended = true
	}
	if n.turnedAway == nil {
		n.turnedAway = map[peer.ID]uint32{}
	}
	for each, at := range n.turnedAway {
		if len(n.turnedAway) >= maxTurnedAway || at+turnedAwayWindows <= window {
			delete(n.turnedAway, each)
		}
	}
	n.turnedAway[id] = window
}

// wasTurnedAway tells whether this node turned the peer away so lately that the peer looks for a broken link.
func (n *neighbours) wasTurnedAway(id peer.ID, window uint32) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	at, was := n.turnedAway[id]
	return was && window < at+turnedAwayWindows
}

// try begins the trial of one peer; false while there is another.
func (n *neighbours) try(id peer.ID) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.trial != "" {
		return false
	}
	n.trial = id
	return true
}

// judge ends the trial. A peer that answered becomes an own link where one is missing, or where another gives way to it:
// the one to end is that other, or the peer itself. Empty: none.
func (n *neighbours) judge(answered, isMissing, isPublic bool, window uint32) (ended peer.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := n.trial
	own := n.links(isPublic, true)
	n.trial = ""
	known := n.all[id]
	if known == nil || !known.linked {
		return ""
	}
	replaced := replacedBy(own, groupOf(known.at, isPublic, id))
	if !answered || !isMissing && replaced == "" {
		n.turnAway(id, window)
		return id
	}
	known.own, known.answered = true, true
	if replaced != "" {
		n.turnAway(replaced, window)
	}
	return replaced
}

// lived are the own links that answer and have lived for some windows, the oldest first.
func (n *neighbours) lived(window uint32) []peer.ID {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []peer.ID
	for _, link := range n.links(false, true) {
		if known := n.all[link.id]; known.answered && known.misses == 0 && known.sinceWindow+livedWindows <= window {
			all = append(all, link.id)
		}
	}
	return all
}

// ownShare is how many links this node wants that it has chosen itself, however many knock.
func ownShare(target, maxDegree int) int {
	return min(target, (maxDegree+1)/2, max(leastToCompare, (target+1)/2))
}

// settle takes in the outcome of one ping or redial; true where the peer is to be reported dead.
func (n *neighbours) settle(id peer.ID, answered bool, took time.Duration, window uint32) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.all[id]
	if known == nil {
		return false
	}
	if answered {
		known.misses, known.dead, known.answered, known.heardWindow, known.took = 0, false, true, window, max(took, 1)
		return false
	}
	known.misses++
	silent, living := 0, 0
	for _, each := range n.all {
		// Who knocked, or never answered, says nothing of whether this node is offline.
		if each.dead || !each.own || !each.answered {
			continue
		}
		living++
		if each.misses > 0 {
			silent++
		}
	}
	isOffline := living >= leastToCompare && 2*silent > living
	n.wasSilent = n.wasSilent || isOffline
	if isOffline || known.misses%pingMisses != 0 {
		return false
	}
	known.dead = true
	// Silent strangers must not have seeds knock anywhere.
	return known.own || known.answered
}

// resume counts the silence of those that were lost anew.
func (n *neighbours) resume(window uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, each := range n.all {
		each.lostWindow = window
	}
}

// tidy gives up peers that were lost long ago, names those that are linked and have been silent as long, and tells whether most
// were silent at once since the last call.
func (n *neighbours) tidy(window uint32) (silent []peer.ID, wasOffline bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, each := range n.all {
		if !each.linked && each.lostWindow+watchedWindows < window {
			delete(n.all, id)
		} else if each.linked && each.dead && each.heardWindow+watchedWindows < window {
			n.turnAway(id, window)
			silent = append(silent, id)
		}
	}
	wasOffline, n.wasSilent = n.wasSilent, false
	return silent, wasOffline
}

// notifiee keeps the list of neighbours.
func (w *Watch) notifiee() network.Notifiee {
	return &network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) {
			id := c.RemotePeer()
			window, _ := w.windows.now()
			isOutbound := c.Stat().Direction == network.DirOutbound
			if w.refuses(id) || !isOutbound && w.neighbours.wasTurnedAway(id, window) {
				go func() { _ = c.Close() }()
			} else if !w.currentRoster().isMember(id) && w.neighbours.connected(id, c.RemoteMultiaddr(), isOutbound, window) {
				w.tell(Event{Kind: "neighbour", Peer: id})
				w.prune(window)
			}
		},
		DisconnectedF: func(all network.Network, c network.Conn) {
			if all.Connectedness(c.RemotePeer()) != network.Connected {
				window, _ := w.windows.now()
				w.neighbours.disconnected(c.RemotePeer(), window)
			}
		},
	}
}

// prune ends links above the roster's maximum: the dead go first, then the newest of the largest group, and those that this node chose last.
func (w *Watch) prune(window uint32) {
	roster := w.currentRoster()
	for _, id := range w.neighbours.prune(roster.MaxDegree, roster.isPublic, window) {
		w.turnedAway(id, "full")
	}
}

func (w *Watch) turnedAway(id peer.ID, why string) {
	w.tell(Event{Kind: "turned-away", Peer: id, Why: why})
	// libp2p told us of a link: it must not wait for one to close
	go func() { _ = w.host.Network().ClosePeer(id) }()
}

// feel tries one listed peer: dials it, pings it once, and ends the link, unless the peer is better than one that this node has.
// Links that once were chosen badly give way so in time; nobody can wait for it or hurry it.
func (w *Watch) feel(ctx context.Context, info peer.AddrInfo, timeout time.Duration) {
	if !w.neighbours.try(info.ID) {
		return
	}
	limited, cancel := context.WithTimeout(ctx, 2*timeout)
	defer cancel()
	answered := false
	if w.host.Connect(limited, info) == nil {
		_, answered = w.reaches(ctx, info.ID, timeout)
	}
	roster := w.currentRoster()
	_, _, own := w.neighbours.count()
	isMissing := own < ownShare(w.options.Neighbours, roster.MaxDegree)
	window, _ := w.windows.now()
	if ended := w.neighbours.judge(answered, isMissing, roster.isPublic, window); ended == info.ID {
		w.turnedAway(ended, "tried")
	} else if ended != "" {
		w.turnedAway(ended, "replaced")
	}
}

// isNew tells whether a peer may be dialled as a further neighbour.
func (w *Watch) isNew(id peer.ID) bool {
	return id != w.host.ID() && !w.neighbours.has(id) && !w.refuses(id) && !w.currentRoster().isMember(id)
}

// watchNeighbours pings each neighbour, redials lost ones, and keeps the degree.
func (w *Watch) watchNeighbours(ctx context.Context) {
	times := w.currentRoster().preset
	ticker := time.NewTicker(times.pingEvery)
	defer ticker.Stop()
	looked, _ := w.windows.now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		window, _ := w.windows.now()
		var probing sync.WaitGroup
		for _, id := range w.neighbours.ids() {
			probing.Go(func() { w.probe(ctx, id, times.pingTimeout) })
		}
		w.prune(window)
		linked, living, own := w.neighbours.count()
		maxDegree := w.currentRoster().MaxDegree
		ownMissing := ownShare(w.options.Neighbours, maxDegree) - own
		missing := max(ownMissing, min(w.options.Neighbours-living, maxDegree-linked))
		room := maxDegree - linked - max(missing, 0)
		// A clock that was far ahead is set back.
		isDue := window < looked || window >= looked+guestsEvery
		if w.options.Neighbours > 0 && (missing > 0 || isDue) {
			looked = window
			probing.Go(func() { w.topUp(ctx, missing, ownMissing, room, isDue && missing <= 0, times.pingTimeout) })
		}
		probing.Wait()
	}
}

func (w *Watch) probe(ctx context.Context, id peer.ID, timeout time.Duration) {
	took, answered := w.reaches(ctx, id, timeout)
	if ctx.Err() != nil || !w.neighbours.has(id) || w.refuses(id) {
		return
	}
	w.observer.add(id, dimensionLiveness, answered)
	window, _ := w.windows.now()
	if w.neighbours.settle(id, answered, took, window) {
		w.tell(Event{Kind: "dead", Peer: id})
		for _, link := range w.openLinks() {
			_, _ = link.call(ctx, &wire.RegistryRequest{Dead: [][]byte{[]byte(id)}})
		}
	}
}

// reaches tells how long one ping took.
func (w *Watch) reaches(ctx context.Context, id peer.ID, timeout time.Duration) (time.Duration, bool) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := w.host.Connect(limited, peer.AddrInfo{ID: id}); err != nil {
		return 0, false
	}
	result, isOpen := <-ping.Ping(limited, w.host, id)
	return result.RTT, isOpen && result.Error == nil
}

// topUp dials listed peers while links are missing, and the guests that fall to this node while there is room; or it tries one more.
func (w *Watch) topUp(ctx context.Context, missing, ownMissing, room int, isToFeel bool, timeout time.Duration) {
	isPublic := w.currentRoster().isPublic
	groupOfListed := func(each listed) string {
		if len(each.Addrs) == 0 {
			return privateGroup
		}
		return groupOf(each.Addrs[0], isPublic, each.ID)
	}
	found := inTurn(w.list(ctx, listedPerTry), groupOfListed, w.neighbours.groups(isPublic))
	for _, info := range found {
		if ctx.Err() != nil {
			return
		}
		isOurs := info.isGuest && isWard(w.host.ID(), info.ID, w.peersCount())
		if !w.isNew(info.ID) {
			continue
		}
		if missing <= 0 && (!isOurs || room <= 0) {
			if isToFeel && !isOurs {
				isToFeel = false
				w.feel(ctx, info.AddrInfo, timeout)
			}
			continue
		}
		limited, cancel := context.WithTimeout(ctx, 2*timeout)
		err := w.host.Connect(limited, info.AddrInfo)
		cancel()
		if err != nil {
			continue
		}
		// Who makes a guest's name chooses whose ward it is.
		if isOurs {
			w.neighbours.choose(info.ID, false)
		} else {
			ownMissing--
		}
		if missing > 0 {
			missing--
		} else {
			room--
		}
	}
	// Where nobody else is left to choose, a link that is there is as good as one that would be dialled.
	for _, info := range found {
		isOurs := info.isGuest && isWard(w.host.ID(), info.ID, w.peersCount())
		if ownMissing > 0 && !isOurs && w.neighbours.choose(info.ID, true) {
			ownMissing--
		}
	}
}

// peersCount is how many peers the seeds know, without seeds and trusted nodes.
func (w *Watch) peersCount() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return int(w.registered) - len(w.roster.Trusted) - len(w.roster.Seeds)
}

func contains(ids []peer.ID, id peer.ID) bool { return slices.Contains(ids, id) }
