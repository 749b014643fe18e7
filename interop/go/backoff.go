package peerwatch

import (
	"math/rand/v2"
	"time"
)

const (
	leastPause   = 500 * time.Millisecond
	longestPause = 15 * time.Second
)

// backOff says when to try again what failed or ended: each pause is longer
// than the one before, half of it by chance, until the link has lived. To have
// opened is not enough: two nodes that take a link from each other open it
// every time. The zero value is ready.
type backOff struct {
	next     time.Duration
	openedAt time.Time
}

// opened notes that it works from now on.
func (b *backOff) opened(now time.Time) {
	if b.openedAt.IsZero() {
		b.openedAt = now
	}
}

// pause is how long to wait after it failed or ended.
func (b *backOff) pause(now time.Time) time.Duration {
	if b.next == 0 || !b.openedAt.IsZero() && now.Sub(b.openedAt) > longestPause {
		b.next = leastPause
	}
	b.openedAt = time.Time{}
	whole := b.next
	b.next = min(2*whole, longestPause)
	return time.Duration(float64(whole) * (0.5 + rand.Float64()/2))
}
