package peerwatch

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestABackOffOverAnyHistory(t *testing.T) {
	for range 1_000 {
		var tries backOff
		now := time.Now()
		whole := leastPause
		for range 40 {
			var lived time.Duration
			if rand.IntN(2) == 0 {
				lived = time.Duration(rand.Int64N(int64(4 * longestPause)))
				tries.opened(now)
			}
			now = now.Add(lived)
			if lived > longestPause {
				whole = leastPause
			}
			pause := tries.pause(now)
			if pause < whole/2 || pause > whole {
				t.Fatalf("a pause of %v, expected half of %v to all of it after a link that lived %v", pause, whole, lived)
			}
			whole = min(2*whole, longestPause)
			now = now.Add(pause)
		}
	}
}
