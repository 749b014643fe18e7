package peerwatch

import (
	"encoding/json"
	"io"
	"sync"
)

// JSONLines returns a function that writes what it is given as one line of
// JSON. It may be called from several goroutines, as [Options].OnEvent is.
func JSONLines(to io.Writer) func(any) {
	var writing sync.Mutex
	encoder := json.NewEncoder(to)
	return func(line any) {
		writing.Lock()
		defer writing.Unlock()
		// Whoever reads no longer misses nothing.
		_ = encoder.Encode(line)
	}
}
