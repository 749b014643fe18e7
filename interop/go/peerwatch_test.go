package peerwatch

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"testing/quick"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/proto"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// party has the key whose 32 secret bytes are all the same.
func party(t testing.TB, secret byte) (crypto.PrivKey, peer.ID) {
	t.Helper()
	key, err := crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{secret}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, id
}

var somewhere = multiaddr.StringCast("/ip4/9.9.9.9/tcp/1")

func inFolder(path string) folder { return folder{path: path, log: slog.New(slog.DiscardHandler)} }

// tier is a network of three trusted nodes (secrets 11, 12, 13) that need two signatures.
func tier(t testing.TB) (*Network, *Roster) {
	t.Helper()
	_, authority := party(t, 1)
	network := &Network{Name: "test", Authority: authority, id: networkID(authority, "test")}
	roster := &Roster{Version: 1, Quorum: 2, MaxDegree: 32, preset: presets["demo"]}
	for secret := byte(11); secret < 14; secret++ {
		_, id := party(t, secret)
		roster.Trusted = append(roster.Trusted, id)
	}
	network.Roster = roster
	return network, roster
}

func certificate(t testing.TB, network *Network, change func(*wire.Verdict), secrets ...byte) []byte {
	t.Helper()
	_, subject := party(t, 4)
	now := uint64(time.Now().UnixMilli())
	verdict := &wire.Verdict{
		Kind: 1, RosterVersion: 1, Subject: []byte(subject), Dimension: 2, Reason: "integrity",
		Findings: make([]byte, 32), IssuedAtMs: now, ExpiresAtMs: now + 3_600_000, Serial: 1,
	}
	change(verdict)
	encoded, err := proto.Marshal(verdict)
	if err != nil {
		t.Fatal(err)
	}
	made := &wire.Certificate{Verdict: encoded}
	for _, secret := range secrets {
		key, id := party(t, secret)
		signature, err := key.Sign(signingBytes("certificate", network.id, id, encoded))
		if err != nil {
			t.Fatal(err)
		}
		made.Cosignatures = append(made.Cosignatures, &wire.Cosignature{Signer: []byte(id), Signature: signature})
	}
	all, err := proto.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCertificatesNeedDistinctMembersOfTheRoster(t *testing.T) {
	network, roster := tier(t)
	asIs := func(*wire.Verdict) {}
	_, member := party(t, 12)
	for name, c := range map[string]struct {
		encoded []byte
		taken   bool
	}{
		"two members":               {certificate(t, network, asIs, 11, 12), true},
		"one member twice":          {certificate(t, network, asIs, 11, 11), false},
		"one member and a stranger": {certificate(t, network, asIs, 11, 99), false},
		"about a member":            {certificate(t, network, func(v *wire.Verdict) { v.Subject = []byte(member) }, 11, 12), false},
		"expired":                   {certificate(t, network, func(v *wire.Verdict) { v.ExpiresAtMs = 2; v.IssuedAtMs = 1 }, 11, 12), false},
		"issued far ahead":          {certificate(t, network, func(v *wire.Verdict) { v.IssuedAtMs += 60_000 }, 11, 12), false},
		"lasting too long":          {certificate(t, network, func(v *wire.Verdict) { v.ExpiresAtMs += 8 * 86_400_000 }, 11, 12), false},
		"with a control character":  {certificate(t, network, func(v *wire.Verdict) { v.Reason = "\x1b[2J" }, 11, 12), false},
		"of an unknown kind":        {certificate(t, network, func(v *wire.Verdict) { v.Kind = 3 }, 11, 12), false},
		"about liveness":            {certificate(t, network, func(v *wire.Verdict) { v.Dimension = 1 }, 11, 12), false},
	} {
		book := newCertificates(network, func() *Roster { return roster }, 2*time.Second, inFolder(""))
		if _, isNew, _ := book.accept(c.encoded); isNew != c.taken {
			t.Errorf("%s: taken %v", name, isNew)
		}
	}
}

func TestCertificatesSurviveARestartAndGoWithTheirSigners(t *testing.T) {
	network, roster := tier(t)
	current := func() *Roster { return roster }
	store := inFolder(t.TempDir())
	book := newCertificates(network, current, 2*time.Second, store)
	if _, isNew, err := book.accept(certificate(t, network, func(*wire.Verdict) {}, 11, 12)); !isNew || err != nil {
		t.Fatal(isNew, err)
	}
	again := newCertificates(network, current, 2*time.Second, store)
	again.load()
	_, subject := party(t, 4)
	count, hash := book.liveSet()
	if !again.isEvicted(subject) || again.differs(count, hash) {
		t.Fatal("the certificate is gone after a restart")
	}
	// A higher serial takes it back; the older one is then refused.
	if _, isNew, err := again.accept(certificate(t, network, func(v *wire.Verdict) { v.Kind, v.Serial = 2, 2 }, 12, 13)); !isNew || err != nil {
		t.Fatal(isNew, err)
	}
	if _, _, err := again.accept(certificate(t, network, func(v *wire.Verdict) { v.Reason = "older" }, 11, 12)); !errors.Is(err, errRefused) || again.isEvicted(subject) {
		t.Fatal("an older certificate came back into force")
	}
	newer := *roster
	newer.Trusted = roster.Trusted[:1]
	roster = &newer
	book.tidy()
	if book.isEvicted(subject) {
		t.Fatal("in force without its signers")
	}
}

func TestAReinstatementEndsWhatCameBeforeInAnyOrderAndNoLaterEviction(t *testing.T) {
	network, roster := tier(t)
	current := func() *Roster { return roster }
	_, subject := party(t, 4)
	made := func(kind uint32, serial uint64) []byte {
		return certificate(t, network, func(v *wire.Verdict) {
			v.Kind, v.Serial = kind, serial
			v.IssuedAtMs += serial
			v.ExpiresAtMs += serial
		}, 11, 12)
	}
	evicted, ended, later := made(1, 1), made(2, 2), made(1, 3)
	for name, order := range map[string][][]byte{
		"after":    {evicted, ended},
		"before":   {ended, evicted},
		"repeated": {evicted, ended, evicted, ended},
	} {
		store := inFolder(t.TempDir())
		book := newCertificates(network, current, 2*time.Second, store)
		for _, each := range order {
			_, _, _ = book.accept(each)
		}
		again := newCertificates(network, current, 2*time.Second, store)
		again.load()
		for _, each := range []*certificates{book, again} {
			if each.isEvicted(subject) || len(each.evictions()) != 0 {
				t.Errorf("%s: still evicted", name)
			}
			if count, _ := each.liveSet(); count != 1 {
				t.Errorf("%s: %d certificates to hand on", name, count)
			}
			if _, isNew, _ := each.accept(later); !isNew || !each.isEvicted(subject) {
				t.Errorf("%s: a later eviction is not taken", name)
			}
			if _, isNew, _ := each.accept(ended); isNew || !each.isEvicted(subject) {
				t.Errorf("%s: an old reinstatement ended a later eviction", name)
			}
		}
	}
	book := newCertificates(network, current, 2*time.Second, inFolder(""))
	_, _, _ = book.accept(evicted)
	forged := certificate(t, network, func(v *wire.Verdict) { v.Kind, v.Serial = 2, 2 }, 11, 99)
	if _, isNew, _ := book.accept(forged); isNew || !book.isEvicted(subject) {
		t.Error("one member and a stranger ended an eviction")
	}
}

func TestWhatFormerMembersSignedBeforeTheyLeftCountsOn(t *testing.T) {
	network, roster := tier(t)
	left := time.Now().Add(-time.Minute).UnixMilli()
	_, first := party(t, 11)
	_, second := party(t, 12)
	roster.Trusted = roster.Trusted[2:]
	roster.formerTrusted = map[peer.ID]uint64{first: uint64(left), second: 0}
	asOf := func(ms int64) func(*wire.Verdict) {
		return func(v *wire.Verdict) { v.IssuedAtMs, v.ExpiresAtMs = uint64(ms), uint64(ms)+3_600_000 }
	}
	for name, c := range map[string]struct {
		encoded []byte
		taken   bool
	}{
		"before it left":    {certificate(t, network, asOf(left), 11, 13), true},
		"after it left":     {certificate(t, network, asOf(left+1), 11, 13), false},
		"by a stolen key":   {certificate(t, network, asOf(left), 12, 13), false},
		"by those who left": {certificate(t, network, asOf(left), 11, 12), false},
	} {
		book := newCertificates(network, func() *Roster { return roster }, 2*time.Second, inFolder(""))
		if _, isNew, _ := book.accept(c.encoded); isNew != c.taken {
			t.Errorf("%s: taken %v", name, isNew)
			continue
		}
		if book.tidy(); c.taken && len(book.bySubject) != 1 {
			t.Errorf("%s: not in force any more", name)
		}
	}
}

func TestAHigherQuorumLeavesEarlierEvictionsInForce(t *testing.T) {
	network, roster := tier(t)
	raised := time.Now().Add(-time.Minute).UnixMilli()
	roster.Quorum, roster.formerQuorums = 3, map[uint32]uint64{2: uint64(raised)}
	for name, c := range map[string]struct {
		issued  int64
		secrets []byte
		taken   bool
	}{
		"two, before":  {raised, []byte{11, 12}, true},
		"two, after":   {raised + 1, []byte{11, 12}, false},
		"one, before":  {raised, []byte{11}, false},
		"three, after": {raised + 1, []byte{11, 12, 13}, true},
	} {
		book := newCertificates(network, func() *Roster { return roster }, 2*time.Second, inFolder(""))
		encoded := certificate(t, network, func(v *wire.Verdict) {
			v.IssuedAtMs, v.ExpiresAtMs = uint64(c.issued), uint64(c.issued)+3_600_000
		}, c.secrets...)
		if _, isNew, _ := book.accept(encoded); isNew != c.taken {
			t.Errorf("%s: taken %v", name, isNew)
		}
		if book.tidy(); c.taken && len(book.bySubject) != 1 {
			t.Errorf("%s: not in force any more", name)
		}
	}
}

func TestGarbageIsRefusedAndNeverPanics(t *testing.T) {
	network, roster := tier(t)
	book := newCertificates(network, func() *Roster { return roster }, 2*time.Second, inFolder(""))
	w := &Watch{network: network, roster: roster}
	check := func(garbage []byte) bool {
		_, isNew, _ := book.accept(garbage)
		_, rosterErr := network.openRoster(garbage)
		_, guestErr := w.openListed(&wire.ListedPeer{Guest: append(garbage, 0)}, true)
		_, recordErr := w.openListed(&wire.ListedPeer{Record: garbage}, true)
		_, fileErr := ParseNetwork(garbage)
		return !isNew && rosterErr != nil && guestErr != nil && recordErr != nil && fileErr != nil
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

// message has a signature of its own for each author and number, whatever its data.
func message(from peer.ID, seqno, data string, by peer.ID) *pubsub.Message {
	topic := "topic"
	return &pubsub.Message{
		Message: &pb.Message{
			From: []byte(from), Seqno: []byte(seqno), Topic: &topic, Data: []byte(data), Signature: []byte(string(from) + seqno),
		},
		ReceivedFrom: by,
	}
}

func TestACorrupterIsCutOnThreeAlteredMessagesOfOneAuthor(t *testing.T) {
	o := newObserver()
	o.window = func() uint32 { return 7 }
	var cut []peer.ID
	o.onEvidence = func(id peer.ID) { cut = append(cut, id) }
	_, author := party(t, 21)
	bad, good := peer.ID("bad"), peer.ID("good")
	o.RejectMessage(message(author, "1", "altered", bad), pubsub.RejectInvalidSignature)
	o.DeliverMessage(message(author, "1", "data", good))
	o.DeliverMessage(message(author, "2", "data", good))
	for range 3 {
		o.RejectMessage(message(author, "2", "altered", bad), pubsub.RejectInvalidSignature)
	}
	o.RejectMessage(message(author, "3", "altered", bad), pubsub.RejectInvalidSignature)
	if len(cut) != 0 {
		t.Fatal("three copies of two messages, and one without an original")
	}
	o.RejectMessage(message(author, "3", "altered", good), pubsub.RejectValidationFailed)
	o.DeliverMessage(message(author, "3", "data", good))
	if !slices.Equal(cut, []peer.ID{bad}) {
		t.Fatalf("cut %v", cut)
	}
	seen := o.take()
	if *seen[bad][dimensionIntegrity] != (counts{0, 3}) || *seen[good][dimensionIntegrity] != (counts{3, 0}) {
		t.Fatalf("counted %v %v", seen[bad][dimensionIntegrity], seen[good][dimensionIntegrity])
	}
}

func TestAWrongSignatureAloneBlamesNobody(t *testing.T) {
	_, author := party(t, 21)
	identity := func(key string) peer.ID {
		raw, _ := hex.DecodeString(key)
		return peer.ID(append([]byte{0, 36, 8, 1, 18, 32}, raw...))
	}
	smallOrder := identity("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")
	secret, _, err := crypto.GenerateSecp256k1Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	otherKind, _ := peer.IDFromPrivateKey(secret)
	alias := peer.ID(append([]byte{0, 39}, append([]byte(author)[2:], 26, 1, 7)...))
	for name, c := range map[string]struct {
		author peer.ID
		change func(*pb.Message)
	}{
		"another signature":                 {author, func(m *pb.Message) { m.Signature = []byte("other") }},
		"the same data":                     {author, func(m *pb.Message) { m.Data = []byte("data") }},
		"another number":                    {author, func(m *pb.Message) { m.Seqno = []byte("n ") }},
		"a key of small order":              {smallOrder, func(*pb.Message) {}},
		"a key of another kind":             {otherKind, func(*pb.Message) {}},
		"another form of the author's name": {alias, func(*pb.Message) {}},
	} {
		for _, isOriginalFirst := range []bool{true, false} {
			o := newObserver()
			relay := peer.ID("relay")
			odd := message(c.author, "n", "other", relay)
			c.change(odd.Message)
			if isOriginalFirst {
				o.DeliverMessage(message(c.author, "n", "data", "somebody"))
			}
			o.RejectMessage(odd, pubsub.RejectInvalidSignature)
			o.DeliverMessage(message(c.author, "n", "data", "somebody"))
			if seen := o.take(); seen[relay] != nil {
				t.Errorf("%s, original first %v: blamed %v", name, isOriginalFirst, seen[relay][dimensionIntegrity])
			}
		}
	}
}

func TestAnotherFormOfAPeerIDIsRefused(t *testing.T) {
	_, id := party(t, 21)
	key := []byte(id)[2:]
	identity := func(key []byte) []byte { return append([]byte{0, byte(len(key))}, key...) }
	for name, form := range map[string][]byte{
		"a field that no key has":       identity(append(slices.Clone(key), 26, 1, 7)),
		"a longer varint":               identity(append([]byte{8, 0x81, 0}, key[2:]...)),
		"fields the other way round":    identity(append(slices.Clone(key[2:]), key[:2]...)),
		"a short digest":                append([]byte{0x12, 20}, key[:20]...),
		"a digest of another function":  append([]byte{0x13, 32}, key[4:]...),
		"a longer code":                 append([]byte{0x80, 0, 36}, key...),
		"a longer length of the digest": append([]byte{0x12, 0xa0, 0}, key[4:]...),
	} {
		if _, err := idFromBytes(form); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if read, err := idFromBytes([]byte(id)); err != nil || read != id {
		t.Errorf("refused: %v", err)
	}
	if read, err := idFromText(id.String()); err != nil || read != id {
		t.Errorf("refused as text: %v", err)
	}
	hashed := append([]byte{0x12, 32}, key[4:]...)
	if _, err := idFromBytes(hashed); err != nil {
		t.Errorf("the name of a large key is refused: %v", err)
	}
}

func TestCappedKeepsTotalAndRatio(t *testing.T) {
	check := func(ok, bad uint16) bool {
		a, b := capped(uint32(ok), uint32(bad))
		total := min(uint32(ok)+uint32(bad), observationsMost)
		return a+b == total && (bad > 0 || b == 0) && (ok > 0 || a == 0)
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}

func TestSilenceOfMostNeighboursBlamesNobody(t *testing.T) {
	n := &neighbours{all: map[peer.ID]*neighbour{}}
	ids := []peer.ID{"a", "b", "c", "d"}
	for _, id := range ids {
		n.connected(id, somewhere, true, 1)
		n.settle(id, true, 0, 1)
	}
	for range pingMisses {
		if n.settle("a", false, 0, 1) != (n.all["a"].misses == pingMisses) {
			t.Fatal("dead at another miss than the third")
		}
	}
	dead := false
	for range pingMisses {
		for _, id := range ids[1:] {
			dead = n.settle(id, false, 0, 1) || dead
		}
	}
	if _, wasOffline := n.tidy(1); dead || !wasOffline {
		t.Fatal("all fell silent at once: this node is offline")
	}
}

func TestSilentStrangersAreNoReasonToBelieveOneselfCutOff(t *testing.T) {
	n := &neighbours{all: map[peer.ID]*neighbour{}}
	for _, id := range []peer.ID{"a", "b", "c"} {
		n.connected(id, somewhere, true, 1)
		n.settle(id, true, 0, 1)
	}
	strangers := []peer.ID{"s", "t", "u", "v", "w"}
	for _, id := range strangers {
		n.connected(id, somewhere, false, 1)
	}
	dead := false
	for range pingMisses {
		for _, id := range strangers {
			if n.settle(id, false, 0, 1) {
				t.Fatal("seeds need not hear of strangers that never answered")
			}
		}
		dead = n.settle("a", false, 0, 1) || dead
	}
	if _, wasOffline := n.tidy(1); !dead || wasOffline {
		t.Fatal("the strangers' silence hid a death")
	}
	if _, living, own := n.count(); living != 2 || own != 2 {
		t.Fatal("the silent ones count as links that are wanted")
	}
	if silent, _ := n.tidy(2 + watchedWindows); len(silent) != len(strangers)+1 {
		t.Fatal("they stay for ever")
	}
}

func TestWhoKnocksFirstIsNotAllANodeHas(t *testing.T) {
	n := &neighbours{all: map[peer.ID]*neighbour{}}
	for stranger := range maxWatched {
		n.connected(peer.ID(fmt.Sprint(stranger)), somewhere, false, 1)
	}
	n.connected("own", somewhere, true, 1)
	if _, _, own := n.count(); own != 1 || ownShare(8, 20) != 4 || ownShare(3, 20) != 3 || ownShare(8, 4) != 2 {
		t.Fatal("strangers took the places of own links")
	}
	n.disconnected("1", 1)
	n.disconnected("own", 1)
	if n.has("1") || !n.has("own") {
		t.Fatal("who never answered is looked for, or an own link is not")
	}
}

func TestTheOutboxSurvivesARestart(t *testing.T) {
	network, _ := tier(t)
	key, _ := party(t, 3)
	store := inFolder(t.TempDir())
	first := &outbox{store: store}
	for window := uint32(1); window <= 3; window++ {
		encoded, err := network.sign("report", key, &wire.Report{Subject: []byte("s"), Window: window})
		if err != nil {
			t.Fatal(err)
		}
		if err := first.add("s", window, encoded); err != nil {
			t.Fatal(err)
		}
	}
	first.remove(first.list()[0])
	if err := os.WriteFile(store.path+"/"+outboxFolder+"/broken", []byte{255}, 0o600); err != nil {
		t.Fatal(err)
	}
	second := &outbox{store: store}
	second.load()
	if all := second.list(); len(all) != 2 || all[0].window != 2 {
		t.Fatalf("%d reports", len(all))
	}
	second.expire(3)
	if all := second.list(); len(all) != 1 || all[0].window != 3 {
		t.Fatal("what nobody takes any more is dropped, and only that")
	}
}

func TestEntriesAreTheHighestRanks(t *testing.T) {
	_, roster := tier(t)
	_, self := party(t, 3)
	chosen := chooseEntries(self, roster)
	rank := func(node peer.ID) string {
		sum := sha256.Sum256(append(binary.BigEndian.AppendUint64([]byte(self), 1), node...))
		return hex.EncodeToString(sum[:])
	}
	for _, node := range roster.Trusted {
		if !slices.Contains(chosen, node) && rank(node) > rank(chosen[1]) {
			t.Error("a higher rank was passed over")
		}
	}
	if len(chosen) != 2 || rank(chosen[0]) < rank(chosen[1]) {
		t.Error("not in order")
	}
}

// withoutDeadline is a stream whose bytes are all there.
type withoutDeadline struct{ network.Stream }

func (withoutDeadline) SetReadDeadline(time.Time) error { return nil }

func TestFramesRefuseWhatIsTooLongEndlessOrCutShort(t *testing.T) {
	read := func(raw []byte) error {
		return (&frames{stream: withoutDeadline{}, reader: bufio.NewReader(bytes.NewReader(raw))}).read(&wire.RegistryResponse{})
	}
	for name, raw := range map[string][]byte{
		"longer than the limit": binary.AppendUvarint(nil, maxFrameBytes+1),
		"an endless prefix":     bytes.Repeat([]byte{0x80}, 100),
		"a prefix too long":     {0x82, 0, 8, 1},
		"cut short":             {5, 8, 1},
		"no message":            {5, 255, 255, 255, 255, 255},
	} {
		if read(raw) == nil {
			t.Error(name)
		}
	}
	if err := read([]byte{2, 8, 1}); err != nil {
		t.Error("a good frame:", err)
	}
	check := func(garbage []byte) bool {
		_ = read(garbage)
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func TestWhatNoEntrySaysEndsTheStream(t *testing.T) {
	for name, c := range map[string]struct {
		ready bool
		down  *wire.ReportDown
	}{
		"no hello":             {false, &wire.ReportDown{Credits: 1}},
		"absurd credits":       {true, &wire.ReportDown{Credits: maxCredits + 1}},
		"an answer to nothing": {true, &wire.ReportDown{Answers: []*wire.Answer{{Number: 7, Status: answerStored}}}},
	} {
		link := &entryLink{ready: c.ready, sent: map[uint32]*pending{}}
		if final, _, err := link.take(c.down, 7, time.Second); err == nil || final != nil {
			t.Error(name)
		}
	}
}

func TestAReportThatWaitsLetsTheOthersBy(t *testing.T) {
	for code, rests := range map[uint32]bool{8: false, 17: false, 18: false, 9: true, 14: true, 15: true, 99: true} {
		report := &pending{}
		link := &entryLink{ready: true, sent: map[uint32]*pending{1: report}}
		answer := &wire.Answer{Number: 1, Status: answerRetry, Code: code}
		final, within, err := link.take(&wire.ReportDown{Answers: []*wire.Answer{answer}}, 7, time.Second)
		if err != nil || final != nil || within != 0 {
			t.Error(code, final, within, err)
		}
		if link.isReady() == rests || (report.waitsIn == 7) == rests {
			t.Error(code, link.isReady(), report.waitsIn)
		}
	}
}

func TestASlowEntryIsGivenMoreTimeAndAQuickOneLess(t *testing.T) {
	link := &entryLink{ready: true, sent: map[uint32]*pending{1: {}, 2: {}}}
	stored := func(number uint32) *wire.ReportDown {
		return &wire.ReportDown{Answers: []*wire.Answer{{Number: number, Status: answerStored}}}
	}
	for range 9 {
		link.wasLate()
	}
	link.sentAt = time.Now().Add(-time.Minute)
	if _, within, err := link.take(stored(1), 7, time.Second); err != nil || within != 8*time.Second {
		t.Error(within, err)
	}
	link.sent[3] = &pending{}
	link.sentAt = time.Now()
	if _, within, err := link.take(stored(2), 7, time.Second); err != nil || within != 4*time.Second {
		t.Error(within, err)
	}
}

func TestWhoSaidGoodbyeIsWatchedUntilItsLinkEnds(t *testing.T) {
	n := &neighbours{all: map[peer.ID]*neighbour{}}
	n.connected("a", somewhere, true, 1)
	n.left("a")
	if !n.has("a") {
		t.Fatal("linked, so it lives: a goodbye of an earlier run was played back")
	}
	n.disconnected("a", 1)
	if n.has("a") {
		t.Fatal("it left")
	}
	n.connected("b", somewhere, true, 1)
	n.left("b")
	n.connected("b", somewhere, true, 1)
	n.disconnected("b", 1)
	if !n.has("b") {
		t.Fatal("it was back, and then lost")
	}
}

func TestAGuestFallsToAFewNodes(t *testing.T) {
	id := func(number int) peer.ID {
		sum := sha256.Sum256(fmt.Append(nil, number))
		return peer.ID(append([]byte{0, 36, 8, 1, 18, 32}, sum[:]...))
	}
	const guests, nodes = 50, 200
	carers := 0
	for guest := range guests {
		for node := range nodes {
			if isWard(id(1000+node), id(guest), nodes) {
				carers++
			}
			if !isWard(id(1000+node), id(guest), guestCarers) {
				t.Fatal("in a small network a guest falls to all")
			}
		}
	}
	if mean := float64(carers) / guests; mean < 6.5 || mean > 9.5 {
		t.Errorf("%v nodes a guest", mean)
	}
}

func TestASeedMayHaveSeveralAddresses(t *testing.T) {
	network := &Network{}
	_, id := party(t, 7)
	for _, text := range []string{"/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2/ws"} {
		seed, err := peer.AddrInfoFromString(text + "/p2p/" + id.String())
		if err != nil {
			t.Fatal(err)
		}
		network.addSeed(*seed)
	}
	if len(network.Seeds) != 1 || len(network.Seeds[0].Addrs) != 2 {
		t.Fatalf("%v", network.Seeds)
	}
}

func TestJSONLinesHaveOneLineForEach(t *testing.T) {
	var out bytes.Buffer
	tell := JSONLines(&out)
	_, id := party(t, 3)
	tell(Event{Kind: "stored", Peer: id, Window: 7})
	tell(Standing{Kind: "standing", Peer: id, State: "good", Reputation: 0.9, Window: 7})
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	for at, kind := range []string{"stored", "standing"} {
		var line map[string]any
		if err := json.Unmarshal(lines[at], &line); err != nil || line["event"] != kind || line["peer"] != id.String() {
			t.Errorf("%s: %v", lines[at], err)
		}
	}
}
