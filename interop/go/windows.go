package peerwatch

import (
	"sync"
	"time"
)

// windows numbers reporting periods. It starts from this machine's clock, then
// follows what seeds and entries tell, and between that its monotonic clock.
type windows struct {
	mu     sync.Mutex
	length time.Duration
	base   time.Time
	// since is how much network time had passed at base.
	since time.Duration
}

func newWindows(length time.Duration) *windows {
	now := time.Now()
	return &windows{length: length, base: now, since: time.Duration(now.UnixMilli()) * time.Millisecond}
}

func (w *windows) now() (window uint32, left time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	passed := w.since + time.Since(w.base)
	return uint32(passed / w.length), w.length - passed%w.length
}

// follow takes over what another node says of the time. False for an offset beyond a window.
func (w *windows) follow(window, offsetMs uint32) bool {
	offset := time.Duration(offsetMs) * time.Millisecond
	if window == 0 || offset >= w.length {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base, w.since = time.Now(), time.Duration(window)*w.length+offset
	return true
}
