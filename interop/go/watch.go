package peerwatch

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// Options of a Watch. The zero value works.
type Options struct {
	// Folder keeps reports in hand, certificates, the newest roster and two links
	// that lived over restarts. Empty: nothing lasts.
	Folder string
	// Neighbours are dialled until there are so many links. More: it sees and
	// is seen by more, at one ping each per interval. Zero: 8. Negative: dials nobody.
	Neighbours int
	// OnEvent is called for what happens, from several goroutines; it must not block.
	OnEvent func(Event)
	// Log takes what an operator may want to know. Nil: nothing is logged.
	Log *slog.Logger
}

// Event is something that happened.
type Event struct {
	// Kind is ready (Peer is this node), neighbour, turned-away, dead, goodbye, removed,
	// cut or evicted (Peer is whom it is about), or registered, stored, refused (Peer is
	// the seed or entry).
	Kind string  `json:"event"`
	Peer peer.ID `json:"peer"`
	// Addresses are where this node is reached, for ready.
	Addresses []multiaddr.Multiaddr `json:"addresses,omitempty"`
	// Window is that of the report, for stored and refused.
	Window uint32 `json:"window,omitempty"`
	// Why this node ended a link, for turned-away: full (it has as many as it takes), silent (nothing came over it
	// for long), tried (it was only to see whether the peer answers) or replaced (a better link took its place).
	Why string `json:"why,omitempty"`
	// Code says why a report was refused; docs/protocol.md has the table.
	Code uint32 `json:"code,omitempty"`
}

const (
	defaultNeighbours = 8
	observationsMost  = 20
	goodbyeWithin     = time.Second
	rosterFile        = "roster"
)

// Watch makes a host a peer of a Peerwatch network.
type Watch struct {
	network      *Network
	options      Options
	log          *slog.Logger
	store        folder
	observer     *observer
	neighbours   *neighbours
	cuts         *cuts
	certificates *certificates
	windows      *windows
	outbox       *outbox

	host host.Host
	key  crypto.PrivKey
	end  context.CancelFunc
	done sync.WaitGroup

	woken         chan struct{}
	rosterChanged chan struct{}

	mu         sync.Mutex
	roster     *Roster
	stamps     map[peer.ID]seedStamp
	entries    []*entryLink
	links      map[peer.ID]*seedLink
	skipWindow uint32
	registered uint32

	// Only the end of a window touches it.
	keptAnchors []anchor

	recording sync.Mutex
	sealed    []byte
	sealedFor string
	sequence  uint64
}

// New makes a Watch; what earlier runs kept in the folder is read and checked.
func New(network *Network, options Options) (*Watch, error) {
	if network == nil || network.Roster == nil {
		return nil, errors.New("peerwatch: no network")
	}
	if options.Neighbours == 0 {
		options.Neighbours = defaultNeighbours
	}
	options.Neighbours = min(options.Neighbours, network.Roster.MaxDegree)
	log := options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	w := &Watch{
		network: network, options: options, log: log, store: folder{path: options.Folder, log: log},
		observer: newObserver(), neighbours: &neighbours{all: map[peer.ID]*neighbour{}}, cuts: &cuts{until: map[peer.ID]uint32{}},
		windows: newWindows(network.Roster.preset.window), roster: network.Roster, links: map[peer.ID]*seedLink{}, stamps: map[peer.ID]seedStamp{},
		woken: make(chan struct{}, 1), rosterChanged: make(chan struct{}, 1),
	}
	w.skipWindow, _ = w.windows.now()
	w.outbox = &outbox{store: w.store}
	w.certificates = newCertificates(network, w.currentRoster, w.windows.length, w.store)
	w.certificates.now = w.windows.time
	w.observer.window = func() uint32 { window, _ := w.windows.now(); return window }
	w.observer.onEvidence = w.cut
	if stored, err := w.store.read(rosterFile); err == nil {
		w.takeRoster(stored)
	}
	w.certificates.load()
	w.outbox.load()
	return w, nil
}

// Gater refuses evicted and cut peers; give it to libp2p.ConnectionGater.
func (w *Watch) Gater() connmgr.ConnectionGater {
	return &gater{refuses: w.refuses, isSeen: func(id peer.ID, address multiaddr.Multiaddr) bool {
		return !w.currentRoster().isPublic || w.neighbours.isSeen(id, address)
	}}
}

// Tracer sees what neighbours relay; give it to pubsub.WithRawTracer.
func (w *Watch) Tracer() pubsub.RawTracer { return w.observer }

// Start registers, watches and reports until Stop. It can be called once.
func (w *Watch) Start(h host.Host, gossip *pubsub.PubSub) error {
	key := h.Peerstore().PrivKey(h.ID())
	if key == nil || key.Type() != crypto.Ed25519 {
		return errors.New("peerwatch: the host needs an Ed25519 key")
	}
	ctx, end := context.WithCancel(context.Background())
	w.host, w.key, w.end = h, key, end
	if err := w.joinTopics(ctx, gossip); err != nil {
		end()
		return err
	}
	addresses, err := peer.AddrInfoToP2pAddrs(host.InfoFromHost(h))
	if err != nil {
		end()
		return err
	}
	w.tell(Event{Kind: "ready", Peer: h.ID(), Addresses: addresses})
	h.Network().Notify(w.notifiee())
	registrations := len(w.network.Seeds)/2 + 1
	for range registrations {
		w.done.Go(func() { w.keepRegistered(ctx) })
	}
	w.done.Go(func() { w.keepEntries(ctx) })
	w.done.Go(func() { w.deliver(ctx) })
	if w.options.Neighbours > 0 {
		w.done.Go(func() { w.dialAnchors(ctx) })
	}
	w.done.Go(func() { w.watchNeighbours(ctx) })
	w.done.Go(func() { w.closeWindows(ctx) })
	return nil
}

// Stop says goodbye and ends all that Start began. The host stays open.
func (w *Watch) Stop() {
	limited, cancel := context.WithTimeout(context.Background(), goodbyeWithin)
	w.sayGoodbye(limited)
	cancel()
	w.end()
	for _, link := range w.openLinks() {
		link.frames.reset()
	}
	w.done.Wait()
}

// Evictions are the certificates in force here.
func (w *Watch) Evictions() []Eviction { return w.certificates.evictions() }

// Pending is the number of reports without a final answer.
func (w *Watch) Pending() int { return len(w.outbox.list()) }

func (w *Watch) tell(event Event) {
	if w.options.OnEvent != nil {
		w.options.OnEvent(event)
	}
}

func (w *Watch) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

func (w *Watch) currentRoster() *Roster {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roster
}

// takeRoster takes a newer roster of the authority; whoever relayed another is not blamed.
func (w *Watch) takeRoster(encoded []byte) bool {
	if len(encoded) == 0 {
		return false
	}
	roster, err := w.network.openRoster(encoded)
	if err != nil || roster.preset != w.network.Roster.preset {
		return false
	}
	w.mu.Lock()
	isNewer := roster.Version > w.roster.Version
	if isNewer {
		w.roster = roster
	}
	w.mu.Unlock()
	if !isNewer {
		return false
	}
	if err := w.store.write(rosterFile, encoded); err != nil {
		w.store.complain("the roster is kept in memory only", err)
	}
	w.certificates.tidy()
	select {
	case w.rosterChanged <- struct{}{}:
	default:
	}
	return true
}

func (w *Watch) takeCertificates(all [][]byte) {
	for _, encoded := range all[:min(len(all), maxListedPeers)] {
		w.takeCertificate(encoded)
	}
}

// takeCertificate enforces what holds: deny first, then end links, then forget addresses.
func (w *Watch) takeCertificate(encoded []byte) bool {
	eviction, isNew, err := w.certificates.accept(encoded)
	if err != nil || !isNew {
		return false
	}
	if eviction != nil {
		w.expel(eviction.Peer)
		w.tell(Event{Kind: "evicted", Peer: eviction.Peer})
	}
	return true
}

func (w *Watch) refuses(id peer.ID) bool {
	window, _ := w.windows.now()
	return w.certificates.isEvicted(id) || w.cuts.has(id, window)
}

// cut refuses a neighbour on this node's own evidence.
func (w *Watch) cut(id peer.ID) {
	if w.currentRoster().isMember(id) || w.refuses(id) {
		return
	}
	window, _ := w.windows.now()
	w.cuts.add(id, window)
	w.tell(Event{Kind: "cut", Peer: id})
	// Gossipsub's own goroutine told us: it must not wait for a link to close.
	go w.expel(id)
}

func (w *Watch) expel(id peer.ID) {
	w.neighbours.forget(id)
	if w.host == nil {
		return
	}
	_ = w.host.Network().ClosePeer(id)
	w.host.Peerstore().ClearAddrs(id)
}

func (w *Watch) joinTopics(ctx context.Context, gossip *pubsub.PubSub) error {
	for kind, take := range map[string]func([]byte) bool{"certificates": w.takeCertificate, "roster": w.takeRoster} {
		name := w.network.topic(kind)
		validate := func(_ context.Context, _ peer.ID, m *pubsub.Message) pubsub.ValidationResult {
			if take(m.Data) {
				return pubsub.ValidationAccept
			}
			return pubsub.ValidationIgnore
		}
		if err := gossip.RegisterTopicValidator(name, pubsub.ValidatorEx(validate)); err != nil {
			return err
		}
		topic, err := gossip.Join(name)
		if err != nil {
			return err
		}
		subscription, err := topic.Subscribe()
		if err != nil {
			return err
		}
		w.done.Go(func() {
			for err := error(nil); err == nil; _, err = subscription.Next(ctx) {
			}
		})
	}
	return nil
}

// hearTime takes in the time that a trusted node told. A window that is entered or left by a step was seen in part only.
func (w *Watch) hearTime(link *entryLink, hello *wire.ReportHello) {
	link.mu.Lock()
	took := time.Since(link.asked)
	link.mu.Unlock()
	before, _ := w.windows.now()
	if !w.windows.hear(link.id, w.currentRoster().Trusted, hello.Window, hello.WindowOffsetMs, took) {
		return
	}
	if after, _ := w.windows.now(); after != before {
		w.observer.take()
		w.mu.Lock()
		w.skipWindow = after
		w.mu.Unlock()
	}
}

// closeWindows makes reports at the end of each window.
func (w *Watch) closeWindows(ctx context.Context) {
	window, _ := w.windows.now()
	for {
		_, left := w.windows.now()
		if !sleep(ctx, left+time.Millisecond) {
			return
		}
		now, _ := w.windows.now()
		if now == window {
			continue
		}
		w.mu.Lock()
		isWhole := now == window+1 && w.skipWindow != window
		w.mu.Unlock()
		if now > window+1 {
			// Who is back after a sleep has not seen the others silent meanwhile.
			w.neighbours.resume(now)
		}
		w.closeWindow(window, isWhole)
		if w.windows.closeUpTo(now, w.currentRoster().Trusted) {
			w.askTimeAnew(now)
		}
		window, _ = w.windows.now()
	}
}

// askTimeAnew opens the streams to the entries again: each begins with the time. What is seen until then belongs to no window.
func (w *Watch) askTimeAnew(window uint32) {
	w.mu.Lock()
	w.skipWindow = window
	links := slices.Clone(w.entries)
	w.mu.Unlock()
	for _, link := range links {
		link.mu.Lock()
		if link.frames != nil {
			link.frames.reset()
		}
		link.mu.Unlock()
	}
}

func (w *Watch) closeWindow(window uint32, isWhole bool) {
	silent, wasOffline := w.neighbours.tidy(window)
	for _, id := range silent {
		w.turnedAway(id, "silent")
	}
	w.keepAnchors(window)
	seen := w.observer.take()
	w.certificates.tidy()
	if before, isCertain := w.windows.expired(acceptedPast); isCertain {
		w.outbox.expire(before)
	}
	if !isWhole {
		return
	}
	cut := w.cuts.current(window)
	for _, id := range cut {
		if seen[id] == nil {
			seen[id] = map[uint32]*counts{}
		}
	}
	for _, subject := range w.subjects(seen) {
		report := &wire.Report{Subject: []byte(subject), Window: window}
		for _, dimension := range []uint32{dimensionLiveness, dimensionIntegrity} {
			if c := seen[subject][dimension]; c != nil && !(wasOffline && dimension == dimensionLiveness) {
				ok, bad := capped(c.ok, c.bad)
				report.Observations = append(report.Observations, &wire.Observed{Dimension: dimension, Ok: ok, Bad: bad})
			}
		}
		if contains(cut, subject) {
			report.Cuts = []uint32{dimensionIntegrity}
		}
		if len(report.Observations)+len(report.Cuts) > 0 {
			w.report(report)
		}
	}
	w.wake()
}

// subjects orders who is reported on: no members, not oneself, those with something bad first.
func (w *Watch) subjects(seen map[peer.ID]map[uint32]*counts) []peer.ID {
	roster := w.currentRoster()
	var all []peer.ID
	bad := map[peer.ID]uint32{}
	for id, byDimension := range seen {
		if id == w.host.ID() || roster.isMember(id) {
			continue
		}
		all = append(all, id)
		for _, c := range byDimension {
			bad[id] += c.bad
		}
	}
	slices.SortFunc(all, func(a, b peer.ID) int { return cmp.Compare(bad[b], bad[a]) })
	return all[:min(len(all), roster.MaxDegree)]
}

// capped keeps the ratio and fits into what a report may say; something bad stays visible.
func capped(ok, bad uint32) (uint32, uint32) {
	total := ok + bad
	if total <= observationsMost {
		return ok, bad
	}
	exact := float64(bad) * observationsMost / float64(total)
	rounded := uint32(exact)
	if rand.Float64() < exact-float64(rounded) {
		rounded++
	}
	return observationsMost - rounded, rounded
}

// report signs a report and writes it to disk. Without a stamp nobody would take it.
func (w *Watch) report(report *wire.Report) {
	report.Stamp = w.stampFor(report.Window)
	if report.Stamp == nil {
		return
	}
	encoded, err := w.network.sign("report", w.key, report)
	if err == nil {
		err = w.outbox.add(string(report.Subject), report.Window, encoded)
	}
	if err != nil {
		w.store.complain("a report was not written", err)
	}
}

// pickSeed chooses a random seed that no registration uses.
func (w *Watch) pickSeed() (peer.AddrInfo, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range rand.Perm(len(w.network.Seeds)) {
		seed := w.network.Seeds[at]
		if _, used := w.links[seed.ID]; !used {
			w.links[seed.ID] = nil
			return seed, true
		}
	}
	return peer.AddrInfo{}, false
}

func (w *Watch) releaseSeed(id peer.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.links, id)
}

func (w *Watch) setLink(id peer.ID, link *seedLink) {
	w.mu.Lock()
	isNew := w.links[id] == nil
	w.links[id] = link
	w.mu.Unlock()
	if isNew {
		w.tell(Event{Kind: "registered", Peer: id})
	}
}

func (w *Watch) openLinks() []*seedLink {
	w.mu.Lock()
	defer w.mu.Unlock()
	var open []*seedLink
	for _, link := range w.links {
		if link != nil {
			open = append(open, link)
		}
	}
	return open
}

// sleep is false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
