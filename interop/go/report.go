package peerwatch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const (
	reportProtocol = "/peerwatch/report/1.0.0"
	entriesCount   = 2
	maxCredits     = 65_536

	answerStored  = 1
	answerRefused = 2
	answerRetry   = 3

	restFor = 2 * time.Second

	// An entry that answers too late is given twice as long, at most so many times: what came too late was taken all the same.
	patienceMost = 3
)

// waits has the codes of answers with status retry that say that a clock or a roster has to come right first: future-window, early-window, unknown-seed.
var waits = map[uint32]bool{8: true, 17: true, 18: true}

// entryLink is the report stream to one of this node's two entries.
type entryLink struct {
	id peer.ID

	mu      sync.Mutex
	frames  *frames
	ready   bool
	credits uint32
	sent    map[uint32]*pending
	last    uint32
	resting time.Time
	sentAt  time.Time
	// How often the time to answer is doubled.
	patience int
	pulled   uint32
	asked    time.Time
}

// chooseEntries names the trusted nodes with the highest SHA-256(peer || roster version || node).
func chooseEntries(self peer.ID, roster *Roster) []peer.ID {
	rank := func(node peer.ID) []byte {
		sum := sha256.Sum256(append(binary.BigEndian.AppendUint64([]byte(self), roster.Version), node...))
		return sum[:]
	}
	all := slices.Clone(roster.Trusted)
	slices.SortFunc(all, func(a, b peer.ID) int { return bytes.Compare(rank(b), rank(a)) })
	return all[:min(entriesCount, len(all))]
}

// keepEntries holds a stream to each entry, and chooses anew when the roster changes.
func (w *Watch) keepEntries(ctx context.Context) {
	for ctx.Err() == nil {
		roster := w.currentRoster()
		streams, end := context.WithCancel(ctx)
		var running sync.WaitGroup
		var links []*entryLink
		for _, id := range chooseEntries(w.host.ID(), roster) {
			link := &entryLink{id: id, sent: map[uint32]*pending{}}
			links = append(links, link)
			running.Go(func() { w.keepEntry(streams, link) })
		}
		w.mu.Lock()
		w.entries = links
		w.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-w.rosterChanged:
		}
		end()
		running.Wait()
	}
}

func (w *Watch) keepEntry(ctx context.Context, link *entryLink) {
	var tries backOff
	for ctx.Err() == nil {
		err := w.reportOnce(ctx, link, &tries)
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			link.wasLate()
		}
		link.down()
		w.wake()
		if ctx.Err() != nil {
			return
		}
		w.log.Info("entry", "peer", link.id, "error", err)
		if !sleep(ctx, tries.pause(time.Now())) {
			return
		}
	}
}

// reportOnce holds one stream until it ends.
func (w *Watch) reportOnce(ctx context.Context, link *entryLink, tries *backOff) error {
	limited, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	for _, info := range w.find(limited, link.id) {
		if info.ID == link.id {
			if err := w.host.Connect(limited, info.AddrInfo); err != nil {
				return err
			}
		}
	}
	asked := time.Now()
	stream, err := w.host.NewStream(limited, link.id, reportProtocol)
	if err != nil {
		return err
	}
	f := newFrames(stream)
	defer f.reset()
	defer context.AfterFunc(ctx, f.reset)()
	link.mu.Lock()
	link.frames, link.asked = f, asked
	link.mu.Unlock()
	if err := stream.SetReadDeadline(time.Now().Add(w.answerWithin(link))); err != nil {
		return err
	}
	for {
		var down wire.ReportDown
		if err := f.read(&down); err != nil {
			return err
		}
		if err := w.takeDown(link, &down); err != nil {
			return err
		}
		tries.opened(time.Now())
		w.wake()
	}
}

// leastPatience is how long an entry has for its answers that was never late.
func (w *Watch) leastPatience() time.Duration {
	return min(15*time.Second, max(3*time.Second, w.windows.length))
}

func (w *Watch) answerWithin(link *entryLink) time.Duration {
	link.mu.Lock()
	defer link.mu.Unlock()
	return w.leastPatience() << link.patience
}

func (l *entryLink) wasLate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.patience = min(l.patience+1, patienceMost)
}

// takeDown takes in one frame of an entry. An error ends the stream.
func (w *Watch) takeDown(link *entryLink, down *wire.ReportDown) error {
	window, _ := w.windows.now()
	final, within, err := link.take(down, window, w.leastPatience())
	if err != nil {
		return err
	}
	if err := link.allow(within); err != nil {
		return err
	}
	if down.Hello != nil {
		w.hearTime(link, down.Hello)
	}
	for _, answered := range final {
		w.outbox.remove(answered.report)
		kind := map[uint32]string{answerStored: "stored", answerRefused: "refused"}[answered.status]
		w.tell(Event{Kind: kind, Peer: link.id, Window: answered.report.window, Code: answered.code})
	}
	w.takeRoster(down.Roster)
	w.takeCertificates(down.Certificates)
	return w.pullFrom(link, down)
}

type answered struct {
	report *pending
	status uint32
	code   uint32
}

// take checks a frame against the link's state and returns the final answers in it, and how long the entry has for what it still owes; 0 where it owes nothing.
func (l *entryLink) take(down *wire.ReportDown, window uint32, least time.Duration) ([]answered, time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ready && down.Hello == nil {
		return nil, 0, errors.New("no hello")
	}
	if down.Credits > maxCredits || l.credits+down.Credits > maxCredits {
		return nil, 0, errors.New("absurd credits")
	}
	l.ready = true
	l.credits += down.Credits
	if len(down.Answers) > 0 && l.patience > 0 && time.Since(l.sentAt) < least/2 {
		l.patience--
	}
	var final []answered
	for _, answer := range down.Answers {
		report := l.sent[answer.Number]
		if report == nil {
			return nil, 0, errors.New("an answer to nothing")
		}
		delete(l.sent, answer.Number)
		switch answer.Status {
		case answerStored, answerRefused:
			final = append(final, answered{report, answer.Status, answer.Code})
		case answerRetry:
			if waits[answer.Code] {
				// It lets the others by until the next window.
				report.waitsIn = window
				continue
			}
			// The other entry gets what this one cannot take now.
			l.resting = time.Now().Add(restFor)
		}
	}
	if len(l.sent) == 0 {
		return final, 0, nil
	}
	return final, least << l.patience, nil
}

// allow gives the entry so long for its next frame, or for ever where it owes none.
func (l *entryLink) allow(within time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.frames == nil {
		return errors.New("no stream")
	}
	var deadline time.Time
	if within > 0 {
		deadline = time.Now().Add(within)
	}
	return l.frames.stream.SetReadDeadline(deadline)
}

func (l *entryLink) down() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frames, l.ready, l.credits = nil, false, 0
	clear(l.sent)
}

// pullFrom asks for what differs, at most once a window.
func (w *Watch) pullFrom(link *entryLink, down *wire.ReportDown) error {
	up := &wire.ReportUp{PullRoster: down.RosterVersion > w.currentRoster().Version}
	up.PullCertificates = down.Live != nil && w.certificates.differs(down.Live.Count, down.Live.Hash)
	window, _ := w.windows.now()
	if !up.PullRoster && !up.PullCertificates || link.pulled == window {
		return nil
	}
	link.pulled = window
	return link.frames.write(up)
}

func (l *entryLink) isReady() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready && time.Now().After(l.resting)
}

// activeEntry is where reports go now: the first that takes any.
func (w *Watch) activeEntry() *entryLink {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, link := range w.entries {
		if link.isReady() {
			return link
		}
	}
	return nil
}

// deliver sends what waits, whenever something changed.
func (w *Watch) deliver(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.woken:
		case <-ticker.C:
		}
		for link := w.activeEntry(); link != nil; link = w.activeEntry() {
			if sent, err := w.sendOn(link); err != nil || sent == 0 {
				break
			}
		}
	}
}

func (w *Watch) sendOn(link *entryLink) (int, error) {
	inFlight := map[*pending]bool{}
	w.mu.Lock()
	links := slices.Clone(w.entries)
	w.mu.Unlock()
	for _, other := range links {
		other.mu.Lock()
		for _, report := range other.sent {
			inFlight[report] = true
		}
		other.mu.Unlock()
	}
	link.mu.Lock()
	if !link.ready || link.frames == nil {
		link.mu.Unlock()
		return 0, nil
	}
	up := &wire.ReportUp{}
	now, _ := w.windows.now()
	for _, report := range w.outbox.list() {
		// What a clock that was ahead has left waits for its time.
		if report.window > now+1 {
			continue
		}
		if len(up.Reports) >= maxBatch || link.credits == 0 {
			break
		}
		if inFlight[report] || report.waitsIn == now {
			continue
		}
		link.last = link.last%(1<<31-1) + 1
		link.credits--
		link.sent[link.last] = report
		up.Reports = append(up.Reports, &wire.NumberedReport{Number: link.last, Report: report.encoded})
	}
	f := link.frames
	link.sentAt = time.Now()
	link.mu.Unlock()
	if len(up.Reports) == 0 {
		return 0, nil
	}
	if err := f.stream.SetReadDeadline(time.Now().Add(w.answerWithin(link))); err != nil {
		return 0, err
	}
	if err := f.write(up); err != nil {
		f.reset()
		return 0, err
	}
	return len(up.Reports), nil
}
