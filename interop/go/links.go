package peerwatch

import (
	"cmp"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// linkSeen is a link as those rules see it that end links: packages/peer has the same ones.
type linkSeen struct {
	id    peer.ID
	group string // whose names are one voice
	own   bool   // this node chose it
	since time.Time
	took  time.Duration // of its last answered ping; 0: it has never answered
	dead  bool
}

// prunes names the links to end: those above the most, own ones last and the newest of them first.
func prunes(links []linkSeen, most int) []peer.ID {
	excess := max(0, len(links)-most)
	var own, others []linkSeen
	for _, link := range links {
		if link.own {
			own = append(own, link)
		} else {
			others = append(others, link)
		}
	}
	ended := evicted(others, excess)
	slices.SortStableFunc(own, func(a, b linkSeen) int { return b.since.Compare(a.since) })
	for _, link := range own {
		ended = append(ended, link.id)
	}
	return ended[:min(len(ended), excess)]
}

// evicted names whom to end where there are too many that this node did not choose: who is dead first,
// then the newest of the largest group. The nearest and the longest there stay.
func evicted(links []linkSeen, excess int) []peer.ID {
	left := slices.Clone(links)
	var ended []peer.ID
	for len(ended) < excess && len(left) > 0 {
		candidates := slices.DeleteFunc(slices.Clone(left), func(link linkSeen) bool { return !link.dead })
		if len(candidates) == 0 {
			candidates = unprotected(left)
		}
		sizes := map[string]int{}
		for _, link := range left {
			sizes[link.group]++
		}
		next := slices.MaxFunc(candidates, func(a, b linkSeen) int {
			return cmp.Or(cmp.Compare(sizes[a.group], sizes[b.group]), a.since.Compare(b.since))
		})
		left = slices.DeleteFunc(left, func(link linkSeen) bool { return link.id == next.id })
		ended = append(ended, next.id)
	}
	return ended
}

// unprotected leaves out the nearest quarter of those that answer, one of each group, since nobody can seem
// nearer than it is, and of the rest that answer the half that has been here longest.
func unprotected(links []linkSeen) []linkSeen {
	answering := slices.DeleteFunc(slices.Clone(links), func(link linkSeen) bool { return link.took == 0 })
	slices.SortStableFunc(answering, func(a, b linkSeen) int { return cmp.Compare(a.took, b.took) })
	safe := map[peer.ID]bool{}
	seen := map[string]bool{}
	for _, link := range answering {
		if len(safe) < len(answering)/4 && !seen[link.group] {
			safe[link.id] = true
		}
		seen[link.group] = true
	}
	rest := slices.DeleteFunc(answering, func(link linkSeen) bool { return safe[link.id] })
	slices.SortStableFunc(rest, func(a, b linkSeen) int { return a.since.Compare(b.since) })
	for _, link := range rest[:len(rest)/2] {
		safe[link.id] = true
	}
	return slices.DeleteFunc(slices.Clone(links), func(link linkSeen) bool { return safe[link.id] })
}

// replacedBy names the own link that gives way to a peer of this group that has just answered: one that is dead,
// else the newest of a group that has several, where the other's group has none. Empty: none.
func replacedBy(own []linkSeen, group string) peer.ID {
	sizes := map[string]int{}
	for _, link := range own {
		if link.dead {
			return link.id
		}
		sizes[link.group]++
	}
	if sizes[group] > 0 {
		return ""
	}
	var most linkSeen
	for _, link := range own {
		if sizes[link.group] > sizes[most.group] || sizes[link.group] == sizes[most.group] && link.group == most.group && link.since.After(most.since) {
			most = link
		}
	}
	if sizes[most.group] < 2 {
		return ""
	}
	return most.id
}
