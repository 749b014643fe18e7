package peerwatch

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/record"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const (
	registryProtocol = "/peerwatch/registry/1.0.0"

	statusDone  = 0
	statusStale = 3

	dialWithin   = 5 * time.Second
	answerWithin = 5 * time.Second

	sequenceFile = "sequence"
	removalTests = 4
	voteWindows  = 30
)

// seedLink is one registry stream: requests are answered by id, in any order.
type seedLink struct {
	seed   peer.ID
	frames *frames

	mu      sync.Mutex
	waiting map[uint32]chan *wire.RegistryResponse
	last    uint32
	closed  bool
	// pulling: whatever a seed says, one pull at a time answers it.
	pulling atomic.Bool
	// done is closed when the stream is over, so that nobody waits for the next renewal to learn it.
	done chan struct{}
}

// call sends a request and waits for its answer.
func (l *seedLink) call(ctx context.Context, request *wire.RegistryRequest) (*wire.RegistryResponse, error) {
	answer := make(chan *wire.RegistryResponse, 1)
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, network.ErrReset
	}
	l.last = l.last%(1<<31-1) + 1
	request.Id = l.last
	l.waiting[request.Id] = answer
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.waiting, request.Id)
		l.mu.Unlock()
	}()
	if err := l.frames.write(request); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	select {
	case response := <-answer:
		if response == nil {
			return nil, network.ErrReset
		}
		return response, nil
	case <-limited.Done():
		return nil, limited.Err()
	}
}

// listen reads until the stream ends. What nobody asked for and is no push is dropped.
func (l *seedLink) listen(onPush func(*wire.RegistryResponse)) {
	for {
		var response wire.RegistryResponse
		if err := l.frames.read(&response); err != nil {
			break
		}
		if response.Id == 0 {
			onPush(&response)
			continue
		}
		l.mu.Lock()
		if answer := l.waiting[response.Id]; answer != nil {
			answer <- &response
			delete(l.waiting, response.Id)
		}
		l.mu.Unlock()
	}
	l.frames.reset()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.done)
	for _, answer := range l.waiting {
		close(answer)
	}
	clear(l.waiting)
}

// keepRegistered holds one registration, at whatever seed takes it, until ctx ends.
func (w *Watch) keepRegistered(ctx context.Context) {
	var tries backOff
	for ctx.Err() == nil {
		if err := w.registerOnce(ctx, &tries); err != nil && ctx.Err() == nil {
			w.log.Info("registry", "error", err)
		}
		if !sleep(ctx, tries.pause(time.Now())) {
			return
		}
	}
}

// registerOnce registers at a seed that no other registration uses, and renews until that fails.
func (w *Watch) registerOnce(ctx context.Context, tries *backOff) error {
	seed, free := w.pickSeed()
	if !free {
		return nil
	}
	defer w.releaseSeed(seed.ID)
	link, err := w.openRegistry(ctx, seed)
	if err != nil {
		return err
	}
	defer link.frames.reset()
	go link.listen(func(push *wire.RegistryResponse) { w.takeNews(ctx, link, push) })
	for {
		response, err := w.register(ctx, link)
		if err != nil {
			return err
		}
		tries.opened(time.Now())
		w.setLink(seed.ID, link)
		w.takeNews(ctx, link, response)
		window := w.windows.length
		renew := min(max(time.Duration(response.RenewEveryMs)*time.Millisecond, window/4), 4*window)
		select {
		case <-ctx.Done():
			return nil
		case <-link.done:
			return network.ErrReset
		case <-time.After(time.Duration(float64(renew) * (0.8 + rand.Float64()/5))):
		}
	}
}

func (w *Watch) openRegistry(ctx context.Context, seed peer.AddrInfo) (*seedLink, error) {
	limited, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	if err := w.host.Connect(limited, seed); err != nil {
		return nil, err
	}
	stream, err := w.host.NewStream(limited, seed.ID, registryProtocol)
	if err != nil {
		return nil, err
	}
	return &seedLink{seed: seed.ID, frames: newFrames(stream), waiting: map[uint32]chan *wire.RegistryResponse{}, done: make(chan struct{})}, nil
}

// register sends this node's record; one that is stale is signed anew, once.
func (w *Watch) register(ctx context.Context, link *seedLink) (*wire.RegistryResponse, error) {
	for attempt := range 2 {
		sealed, err := w.ownRecord(attempt > 0)
		if err != nil {
			return nil, err
		}
		response, err := link.call(ctx, &wire.RegistryRequest{Register: &wire.Register{Record: sealed, Watch: true}})
		if err != nil {
			return nil, err
		}
		if response.Status == statusStale {
			w.numberAbove(response.Peers)
			continue
		}
		if response.Status != statusDone {
			return nil, fmt.Errorf("seed %s: status %d: %.200q", link.seed, response.Status, response.Reason)
		}
		if err := w.keepStamp(link.seed, response.Stamp); err != nil {
			return nil, err
		}
		w.mu.Lock()
		w.registered = response.Registered
		w.mu.Unlock()
		return response, nil
	}
	return nil, errors.New("the seed refuses every record as stale")
}

// numberAbove makes the next record newer than the one of this node that a seed
// has: from a run whose clock was ahead, or of another node with this key.
func (w *Watch) numberAbove(held []*wire.ListedPeer) {
	if len(held) == 0 || len(held[0].Record) > maxPeerRecordBytes {
		return
	}
	var own peer.PeerRecord
	envelope, err := record.ConsumeTypedEnvelope(held[0].Record, &own)
	if err != nil || own.PeerID != w.host.ID() || !w.host.ID().MatchesPublicKey(envelope.PublicKey) || own.Seq >= 1<<53 {
		return
	}
	w.recording.Lock()
	defer w.recording.Unlock()
	w.sequence = max(w.sequence, own.Seq)
}

// A stamp and the window since which its seed knows this node.
type seedStamp struct {
	encoded     []byte
	firstWindow uint32
}

// stampFor is a stamp that holds for a window; of a seed whose clock is ahead it says
// nothing of this node, and entries know that. An entry takes no word of a seed that
// the roster has no more.
func (w *Watch) stampFor(window uint32) []byte {
	now, _ := w.windows.now()
	seeds := w.currentRoster().Seeds
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, holds := range []func(first uint32) bool{
		func(first uint32) bool { return first <= window },
		func(first uint32) bool { return first <= window+stampTolerance },
		func(first uint32) bool { return first > now+stampTolerance },
	} {
		for seed, stamp := range w.stamps {
			if contains(seeds, seed) && holds(stamp.firstWindow) {
				return stamp.encoded
			}
		}
	}
	return nil
}

// keepStamp checks that the seed stamped this node, and keeps it for reports.
func (w *Watch) keepStamp(seed peer.ID, encoded []byte) error {
	if len(encoded) > maxStampBytes {
		return errors.New("stamp: too long")
	}
	var stamp wire.Stamp
	signer, err := w.network.open("stamp", encoded, maxStampBytes, &stamp)
	if err != nil || signer != seed || peer.ID(stamp.Peer) != w.host.ID() {
		return errors.New("stamp: not by this seed, or of another")
	}
	w.mu.Lock()
	w.stamps[seed] = seedStamp{encoded: encoded, firstWindow: stamp.FirstWindow}
	w.mu.Unlock()
	w.wake()
	return nil
}

// ownRecord is this node's signed peer record. Its sequence numbers are ms, and
// only grow; those of libp2p itself are ns and beyond what the protocol takes.
func (w *Watch) ownRecord(anew bool) ([]byte, error) {
	addresses := w.host.Addrs()
	if len(addresses) > maxAddresses {
		addresses = addresses[:maxAddresses]
	}
	text := fmt.Sprint(addresses)
	w.recording.Lock()
	defer w.recording.Unlock()
	if !anew && w.sealed != nil && w.sealedFor == text {
		return w.sealed, nil
	}
	own := &peer.PeerRecord{PeerID: w.host.ID(), Addrs: addresses, Seq: w.nextSequence()}
	envelope, err := record.Seal(own, w.key)
	if err != nil {
		return nil, err
	}
	sealed, err := envelope.Marshal()
	if err == nil {
		w.sealed, w.sealedFor = sealed, text
	}
	return sealed, err
}

// nextSequence is called with w.recording held.
func (w *Watch) nextSequence() uint64 {
	if stored, err := w.store.read(sequenceFile); err == nil && len(stored) == 8 {
		w.sequence = max(w.sequence, binary.BigEndian.Uint64(stored))
	}
	w.sequence = max(w.sequence+1, uint64(time.Now().UnixMilli()))
	if err := w.store.write(sequenceFile, binary.BigEndian.AppendUint64(nil, w.sequence)); err != nil {
		w.store.complain("the sequence number is kept in memory only", err)
	}
	return w.sequence
}

// sayGoodbye takes back every record, so that nobody watches this node any more.
func (w *Watch) sayGoodbye(ctx context.Context) {
	w.recording.Lock()
	sequence := w.nextSequence()
	w.recording.Unlock()
	goodbye, err := w.network.sign("goodbye", w.key, &wire.Goodbye{RecordSeq: sequence})
	if err != nil {
		return
	}
	for _, link := range w.openLinks() {
		_, _ = link.call(ctx, &wire.RegistryRequest{Goodbye: goodbye})
	}
}

// takeNews takes in what came with an answer or a push, and pulls what differs.
func (w *Watch) takeNews(ctx context.Context, link *seedLink, response *wire.RegistryResponse) {
	w.takeRoster(response.Roster)
	w.takeCertificates(response.Certificates)
	for _, change := range response.Changes {
		w.takeChange(change)
	}
	pull := &wire.RegistryPull{Roster: response.RosterVersion > w.currentRoster().Version}
	pull.Certificates = response.Live != nil && response.Live.Count > 0 && w.certificates.differs(response.Live.Count, response.Live.Hash)
	if !pull.Roster && !pull.Certificates || !link.pulling.CompareAndSwap(false, true) {
		return
	}
	// Not in the goroutine that reads: it has to bring the answer.
	go func() {
		defer link.pulling.Store(false)
		if answer, err := link.call(ctx, &wire.RegistryRequest{Pull: pull}); err == nil && answer.Status == statusDone {
			w.takeRoster(answer.Roster)
			w.takeCertificates(answer.Certificates)
		}
	}()
}

// takeChange believes a seed nothing that is not signed: by the leaver, or by two seeds.
func (w *Watch) takeChange(change *wire.Change) {
	if len(change.Goodbye) > 0 {
		var goodbye wire.Goodbye
		if signer, err := w.network.open("goodbye", change.Goodbye, maxSignedBytes, &goodbye); err == nil {
			w.neighbours.left(signer)
			w.tell(Event{Kind: "goodbye", Peer: signer})
		}
	}
	roster := w.currentRoster()
	window, _ := w.windows.now()
	voters := map[peer.ID]bool{}
	var subject peer.ID
	var recordSeq uint64
	for _, encoded := range change.Votes {
		var vote wire.RemovalVote
		signer, err := w.network.open("removal", encoded, maxSignedBytes, &vote)
		if err != nil || vote.Tests < removalTests || vote.Window+voteWindows < window || vote.Window > window+voteWindows {
			return
		}
		isOther := subject != "" && (subject != peer.ID(vote.Peer) || recordSeq != vote.RecordSeq)
		if !contains(roster.Seeds, signer) || isOther {
			return
		}
		subject, recordSeq, voters[signer] = peer.ID(vote.Peer), vote.RecordSeq, true
	}
	if subject != "" && len(voters) >= min(2, max(1, len(roster.Seeds))) {
		w.neighbours.left(subject)
		w.tell(Event{Kind: "removed", Peer: subject})
	}
}

// listed is what a seed says of a peer, once it is checked.
type listed struct {
	peer.AddrInfo
	isGuest bool
}

// askSeeds asks one seed after the other until one gives a usable answer.
func (w *Watch) askSeeds(ctx context.Context, request func() *wire.RegistryRequest) []listed {
	for _, link := range w.openLinks() {
		response, err := link.call(ctx, request())
		if err != nil || response.Status != statusDone || len(response.Peers) > maxListedPeers {
			continue
		}
		isOnSeedsNetwork := false
		for _, conn := range w.host.Network().ConnsToPeer(link.seed) {
			isOnSeedsNetwork = isOnSeedsNetwork || groupOf(conn.RemoteMultiaddr(), true, link.seed) == privateGroup
		}
		if found, err := w.openAllListed(response.Peers, isOnSeedsNetwork); err == nil {
			return found
		}
	}
	return nil
}

func (w *Watch) list(ctx context.Context, most uint32) []listed {
	return w.askSeeds(ctx, func() *wire.RegistryRequest {
		return &wire.RegistryRequest{List: &wire.ListPeers{Most: min(most, maxListedPeers)}}
	})
}

func (w *Watch) find(ctx context.Context, id peer.ID) []listed {
	return w.askSeeds(ctx, func() *wire.RegistryRequest {
		return &wire.RegistryRequest{Find: &wire.Find{Peers: [][]byte{[]byte(id)}}}
	})
}

// openAllListed checks what a seed says of others; one wrong peer spoils its answer.
func (w *Watch) openAllListed(told []*wire.ListedPeer, isOnSeedsNetwork bool) ([]listed, error) {
	var found []listed
	for _, each := range told {
		info, err := w.openListed(each, isOnSeedsNetwork)
		if err != nil {
			return nil, err
		}
		found = append(found, listed{AddrInfo: *info, isGuest: len(each.Guest) > 0})
	}
	return found, nil
}

func (w *Watch) openListed(told *wire.ListedPeer, isOnSeedsNetwork bool) (*peer.AddrInfo, error) {
	if len(told.Guest) > 0 {
		return w.openGuest(told.Guest)
	}
	if len(told.Record) > maxPeerRecordBytes {
		return nil, errors.New("peer record: too long")
	}
	var own peer.PeerRecord
	envelope, err := record.ConsumeTypedEnvelope(told.Record, &own)
	if err != nil {
		return nil, err
	}
	if !own.PeerID.MatchesPublicKey(envelope.PublicKey) || len(own.Addrs) > maxAddresses {
		return nil, errors.New("peer record: signed by another, or too many addresses")
	}
	addresses, err := w.seenAddresses(&own, told.Stamp, isOnSeedsNetwork)
	return &peer.AddrInfo{ID: own.PeerID, Addrs: addresses}, err
}
