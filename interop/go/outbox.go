package peerwatch

import (
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const (
	outboxFolder = "outbox"
	maxPending   = 10_000
	// A report that is so many windows late is refused everywhere.
	acceptedPast = 360
	// The clocks of a seed and of a reporter may differ by so many where a stamp says since when the reporter is known.
	stampTolerance = 2
)

// pending is a signed report without a final answer.
type pending struct {
	name    string
	window  uint32
	encoded []byte
	// The window in which an entry said last that it has to wait.
	waitsIn uint32
}

// outbox holds reports, on disk before any is sent, until a trusted node has them.
type outbox struct {
	store folder

	mu  sync.Mutex
	all []*pending
}

// load reads what an earlier run left; what is damaged is dropped.
func (o *outbox) load() {
	names := o.store.list(outboxFolder)
	slices.Sort(names)
	for _, name := range names {
		encoded, err := o.store.read(outboxFolder + "/" + name)
		var signed wire.Signed
		var report wire.Report
		if err != nil || unmarshal(encoded, &signed) != nil || unmarshal(signed.Payload, &report) != nil {
			o.store.remove(outboxFolder + "/" + name)
			continue
		}
		o.all = append(o.all, &pending{name: name, window: report.Window, encoded: encoded})
	}
}

// add writes a report to disk; the oldest goes where there is no room.
func (o *outbox) add(subject string, window uint32, encoded []byte) error {
	name := fmt.Sprintf("%010d-%s", window, hex.EncodeToString([]byte(subject)))
	if err := o.store.write(outboxFolder+"/"+name, encoded); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.all) >= maxPending {
		o.store.remove(outboxFolder + "/" + o.all[0].name)
		o.all = o.all[1:]
	}
	o.all = append(o.all, &pending{name: name, window: window, encoded: encoded})
	return nil
}

// remove is called once a report has its final answer.
func (o *outbox) remove(done *pending) {
	o.mu.Lock()
	o.all = slices.DeleteFunc(o.all, func(p *pending) bool { return p == done })
	o.mu.Unlock()
	o.store.remove(outboxFolder + "/" + done.name)
}

// expire drops what nobody takes any more.
func (o *outbox) expire(before uint32) {
	for _, p := range o.list() {
		if p.window < before {
			o.remove(p)
		}
	}
}

func (o *outbox) list() []*pending {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}
