package peerwatch

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

const (
	// Clocks that are no further apart agree; one that moved by more against the
	// monotonic clock has jumped: the machine slept, or somebody set it.
	clockToleranceWindows = 1
	// ownVoice stands for this machine's own clock among the voices.
	ownVoice = peer.ID("")
)

// windows numbers reporting periods. The time of the network is where more than
// half of this machine's clock and of what trusted nodes say agree; a seed has no
// voice. Between that it follows the monotonic clock. It never runs back over a
// window that was closed: it waits.
type windows struct {
	mu     sync.Mutex
	length time.Duration
	base   time.Time
	// since is how much network time had passed at base, which is where the monotonic clock begins.
	since time.Duration
	// closed is the window after the last one that was closed.
	closed uint32
	// wall is this machine's clock; for tests.
	wall   func() time.Duration
	seen   time.Duration
	voices map[peer.ID]voice
	// agreed is what since has to be; it is where the first agreement of a run, or since a jump, puts it at once.
	agreed   time.Duration
	settled  bool
	isAgreed bool
}

// voice is between what since has to be, as one clock says.
type voice struct {
	id       peer.ID
	from, to time.Duration
}

func newWindows(length time.Duration) *windows {
	now := time.Now()
	w := &windows{length: length, base: now, since: time.Duration(now.UnixMilli()) * time.Millisecond, voices: map[peer.ID]voice{}}
	w.wall = func() time.Duration { return time.Duration(time.Now().UnixMilli()) * time.Millisecond }
	w.seen, w.agreed = w.since, w.since
	return w
}

func (w *windows) now() (window uint32, left time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at()
}

func (w *windows) at() (window uint32, left time.Duration) {
	running := w.since + time.Since(w.base)
	passed := max(running, time.Duration(w.closed)*w.length)
	window = uint32(passed / w.length)
	return window, time.Duration(window+1)*w.length - running
}

// time is that of the network: what other nodes' instants are compared with.
func (w *windows) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.UnixMilli((w.since + time.Since(w.base)).Milliseconds())
}

// expired is the window before which nothing is of use any more: what is deleted
// does not come back, so by the network's time and by this machine's. False while clocks differ.
func (w *windows) expired(afterWindows uint32) (before uint32, isCertain bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	window, _ := w.at()
	window = min(window, uint32(w.wall()/w.length))
	return max(window, afterWindows) - afterWindows, w.isAgreed
}

// hear takes in what a trusted node said of the time within the last took. False for an offset beyond a window.
func (w *windows) hear(id peer.ID, trusted []peer.ID, window, offsetMs uint32, took time.Duration) bool {
	offset := time.Duration(offsetMs) * time.Millisecond
	if window == 0 || offset >= w.length || !slices.Contains(trusted, id) {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	from := time.Duration(window)*w.length + offset - time.Since(w.base)
	w.voices[id] = voice{id: id, from: from, to: from + took}
	w.settle(trusted)
	return true
}

// own is what since has to be by this machine's clock.
func (w *windows) own() time.Duration { return w.wall() - time.Since(w.base) }

// settle looks for the time on which most agree. Where the roster names one
// trusted node only, that one is right: it alone decides what a report is worth.
func (w *windows) settle(trusted []peer.ID) {
	half := clockToleranceWindows * w.length / 2
	all := []voice{{id: ownVoice, from: w.own() - half, to: w.own() + half}}
	for id, v := range w.voices {
		if !slices.Contains(trusted, id) {
			delete(w.voices, id)
		} else {
			all = append(all, voice{id: id, from: v.from - half, to: v.to + half})
		}
	}
	place, isAgreed := agreement(all, w.since)
	if !isAgreed && len(trusted) == 1 && len(all) == 2 {
		place, isAgreed = all[1], true
	}
	w.isAgreed = isAgreed && len(all) > 1
	if !w.isAgreed {
		if !w.settled {
			w.agreed = w.own()
		}
		return
	}
	w.agreed = place.from + (place.to-place.from)/2
	if !w.settled {
		w.settled = true
		w.leap(w.agreed)
	}
}

// leap sets the time at once; a step of less than a window back waits.
func (w *windows) leap(since time.Duration) {
	w.since = since
	if running := uint32((w.since + time.Since(w.base)) / w.length); running+1 < w.closed {
		w.closed = running
	}
}

// closeUpTo is called at the end of each window with the one under way. The time is
// brought nearer to where it belongs, by half a window at most. True where the
// machine's clock jumped: what was told before was told of a clock that may have stood still since.
func (w *windows) closeUpTo(window uint32, trusted []peer.ID) (jumped bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = max(w.closed, window)
	by := w.own() - w.seen
	w.seen += by
	if by.Abs() >= clockToleranceWindows*w.length {
		clear(w.voices)
		w.settled, w.isAgreed = false, false
		return true
	}
	w.settle(trusted)
	left := w.agreed - w.since
	if w.settled || left < 0 {
		left = min(max(left, -w.length/2), w.length/2)
	}
	w.since += left
	return false
}

// agreement is where most voices overlap, if those are more than half of all; of several such places the one nearest to near.
func agreement(voices []voice, near time.Duration) (place voice, isAgreed bool) {
	most := 0
	away := func(p voice) time.Duration { return max(p.from-near, near-p.to, 0) }
	slices.SortFunc(voices, func(a, b voice) int { return cmp.Compare(a.id, b.id) })
	for _, begin := range voices {
		found, count := voice{from: begin.from, to: begin.to}, 0
		for _, v := range voices {
			if v.from <= begin.from && begin.from <= v.to {
				count++
				found.to = min(found.to, v.to)
			}
		}
		if count > most || count == most && away(found) < away(place) {
			place, most = found, count
		}
	}
	return place, 2*most > len(voices)
}
