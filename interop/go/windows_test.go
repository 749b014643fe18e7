package peerwatch

import (
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

const testWindow = 2 * time.Second

var members = []peer.ID{"ann", "bob", "cid"}

// testWindows has a wall clock that is wrong by what the test says; the true time is that of the machine.
func testWindows(off *time.Duration) *windows {
	w := newWindows(testWindow)
	w.wall = func() time.Duration { return w.trueNow() + *off }
	w.since, w.seen, w.agreed = w.own(), w.own(), w.own()
	return w
}

func (w *windows) trueNow() time.Duration {
	return time.Duration(w.base.UnixMilli())*time.Millisecond + time.Since(w.base)
}

func (w *windows) tells(id peer.ID, trusted []peer.ID, off time.Duration) {
	said := w.trueNow() + off
	w.hear(id, trusted, uint32(said/testWindow), uint32((said % testWindow).Milliseconds()), 0)
}

func (w *windows) isRight(t *testing.T, what string) {
	t.Helper()
	window, _ := w.now()
	if right := uint32(w.trueNow() / testWindow); window+1 < right || window > right+1 {
		t.Errorf("%s: window %d, not %d", what, window, right)
	}
}

func TestNoSingleVoiceMovesTheTime(t *testing.T) {
	for _, off := range []time.Duration{3 * time.Hour, -3 * time.Hour} {
		var right, wrong time.Duration = 0, off
		w := testWindows(&right)
		w.tells("ann", members, off)
		w.isRight(t, "one that is wrong")
		w.tells("bob", members, 0)
		w.isRight(t, "and one that is right")
		if _, isCertain := w.expired(acceptedPast); !isCertain {
			t.Error("the clock and a trusted node agree")
		}
		w = testWindows(&wrong)
		w.tells("ann", members, 0)
		if _, isCertain := w.expired(acceptedPast); isCertain {
			t.Error("one against one is no agreement")
		}
		w.tells("bob", members, 0)
		w.isRight(t, "two against this machine")
		w = testWindows(&wrong)
		w.tells("ann", members[:1], 0)
		w.isRight(t, "the only trusted node of the roster")
	}
}

func TestTimeTakesBoundedStepsAndNeverRunsBackOverAClosedWindow(t *testing.T) {
	for _, off := range []time.Duration{time.Hour, -time.Hour} {
		var own time.Duration
		w := testWindows(&own)
		w.tells("ann", members, 0)
		w.tells("bob", members, 0)
		before, _ := w.now()
		w.closeUpTo(before, members)
		w.tells("ann", members, off)
		w.tells("bob", members, off)
		for range 20 {
			since := w.since
			w.closeUpTo(before, members)
			if step := (w.since - since).Abs(); step > testWindow/2 {
				t.Error("a step of", step)
			}
			after, _ := w.now()
			if after < before {
				t.Error("back from", before, "to", after)
			}
			before = after
		}
	}
}

func TestAfterASleepTheTimeIsRightAgain(t *testing.T) {
	var off time.Duration
	w := testWindows(&off)
	w.tells("ann", members, 0)
	w.tells("bob", members, 0)
	window, _ := w.now()
	// the monotonic clock stood still for an hour
	w.base = w.base.Add(time.Hour)
	off = 0
	if !w.closeUpTo(window, members) {
		t.Error("the sleep is noticed")
	}
	later, _ := w.now()
	w.closeUpTo(later, members)
	w.isRight(t, "after a sleep")
}
