package peerwatch

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// Eviction is a certificate in force against one peer.
type Eviction struct {
	Peer      peer.ID
	Dimension string
	Reason    string
	Expires   time.Time
	Serial    uint64
	// Signers are the members of the current roster whose signatures were checked.
	Signers []peer.ID
}

const (
	longestEviction  = 7 * 24 * time.Hour
	maxSubjects      = 10_000
	kindEviction     = 1
	kindReinstated   = 2
	certificatesFile = "certificates.json"
)

// held is the newest certificate about one subject.
type held struct {
	encoded []byte
	verdict *wire.Verdict
	hash    [32]byte
	signers []peer.ID
}

// certificates is what this node holds: checked, kept on disk, enforced by the gater.
type certificates struct {
	network *Network
	roster  func() *Roster
	window  time.Duration
	store   folder
	// now is the time of the network, by which verdicts begin and end.
	now func() time.Time

	mu        sync.Mutex
	bySubject map[peer.ID]*held
}

func newCertificates(network *Network, roster func() *Roster, window time.Duration, store folder) *certificates {
	return &certificates{network: network, roster: roster, window: window, store: store, now: time.Now, bySubject: map[peer.ID]*held{}}
}

var errRefused = errors.New("certificate refused")

// accept takes a certificate if it holds; new says whether it changed anything.
// Nobody is blamed for one that is refused: rosters and clocks differ.
func (c *certificates) accept(encoded []byte) (eviction *Eviction, isNew bool, err error) {
	subject, candidate, err := c.read(encoded, c.now())
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.bySubject[subject]
	if known != nil {
		if known.hash == candidate.hash {
			return nil, false, nil
		}
		older := candidate.verdict.Serial < known.verdict.Serial
		tied := candidate.verdict.Serial == known.verdict.Serial && bytes.Compare(candidate.hash[:], known.hash[:]) < 0
		if older || tied {
			return nil, false, errRefused
		}
	} else if len(c.bySubject) >= maxSubjects {
		return nil, false, errRefused
	}
	c.bySubject[subject] = candidate
	c.save()
	return toEviction(subject, candidate), true, nil
}

// read checks all that does not depend on what is held, cheap things first.
func (c *certificates) read(encoded []byte, now time.Time) (peer.ID, *held, error) {
	if len(encoded) > maxCertificateBytes {
		return "", nil, errRefused
	}
	var certificate wire.Certificate
	verdict := &wire.Verdict{}
	if err := errors.Join(unmarshal(encoded, &certificate), unmarshal(certificate.Verdict, verdict)); err != nil {
		return "", nil, err
	}
	subject, err := idFromBytes(verdict.Subject)
	if err != nil {
		return "", nil, err
	}
	if !makesSense(verdict) || len(certificate.Cosignatures) > maxCosignatures {
		return "", nil, errRefused
	}
	ms := uint64(now.UnixMilli())
	if verdict.ExpiresAtMs <= ms || verdict.IssuedAtMs > ms+uint64(c.window.Milliseconds()) {
		return "", nil, errRefused
	}
	roster := c.roster()
	if roster.isMember(subject) {
		return "", nil, errRefused
	}
	signers := c.signersOf(&certificate, verdict, roster)
	if len(signers) < roster.quorumFor(verdict.IssuedAtMs) {
		return "", nil, errRefused
	}
	return subject, &held{encoded: encoded, verdict: verdict, hash: sha256.Sum256(certificate.Verdict), signers: signers}, nil
}

func makesSense(v *wire.Verdict) bool {
	if v.Kind != kindEviction && v.Kind != kindReinstated || dimensionName(v.Dimension) == "" {
		return false
	}
	if v.IssuedAtMs > maxSafeInteger || v.ExpiresAtMs > maxSafeInteger || v.Serial > maxSafeInteger || len(v.Findings) != sha256.Size {
		return false
	}
	if v.ExpiresAtMs <= v.IssuedAtMs || v.ExpiresAtMs-v.IssuedAtMs > uint64(longestEviction.Milliseconds()) {
		return false
	}
	hasControl := slices.ContainsFunc([]rune(v.Reason), unicode.IsControl)
	return len(v.Reason) <= maxReasonBytes && utf8.ValidString(v.Reason) && !hasControl
}

// dimensionName is empty for what nobody can be evicted for.
func dimensionName(number uint32) string {
	return map[uint32]string{dimensionIntegrity: "integrity", dimensionResource: "resource"}[number]
}

// signersOf says which of those whose word counts by the roster really signed,
// each once.
func (c *certificates) signersOf(certificate *wire.Certificate, verdict *wire.Verdict, roster *Roster) []peer.ID {
	var signers []peer.ID
	for _, cosignature := range certificate.Cosignatures {
		signer, err := idFromBytes(cosignature.Signer)
		if err != nil || slices.Contains(signers, signer) || !roster.isSigner(signer, verdict.IssuedAtMs) {
			continue
		}
		if c.network.isSignedBy("certificate", signer, certificate.Verdict, cosignature.Signature) {
			signers = append(signers, signer)
		}
	}
	return signers
}

// tidy drops what has expired or what a newer roster no longer supports.
func (c *certificates) tidy() {
	now, roster := uint64(c.now().UnixMilli()), c.roster()
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.bySubject)
	for subject, h := range c.bySubject {
		supporting := 0
		for _, signer := range h.signers {
			if roster.isSigner(signer, h.verdict.IssuedAtMs) {
				supporting++
			}
		}
		if h.verdict.ExpiresAtMs <= now || supporting < roster.quorumFor(h.verdict.IssuedAtMs) || roster.isMember(subject) {
			delete(c.bySubject, subject)
		}
	}
	if len(c.bySubject) != before {
		c.save()
	}
}

func toEviction(subject peer.ID, h *held) *Eviction {
	if h.verdict.Kind != kindEviction {
		return nil
	}
	return &Eviction{
		Peer: subject, Dimension: dimensionName(h.verdict.Dimension), Reason: h.verdict.Reason,
		Expires: time.UnixMilli(int64(h.verdict.ExpiresAtMs)), Serial: h.verdict.Serial, Signers: h.signers,
	}
}

func (c *certificates) isEvicted(id peer.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.bySubject[id]
	return h != nil && h.verdict.Kind == kindEviction && h.verdict.ExpiresAtMs > uint64(c.now().UnixMilli())
}

func (c *certificates) evictions() []Eviction {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	var all []Eviction
	for subject, h := range c.bySubject {
		if eviction := toEviction(subject, h); eviction != nil && eviction.Expires.After(now) {
			all = append(all, *eviction)
		}
	}
	return all
}

// liveSet is the count and hash that nodes compare.
func (c *certificates) liveSet() (count uint32, hash []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := uint64(c.now().UnixMilli())
	var hashes [][]byte
	for _, h := range c.bySubject {
		if h.verdict.ExpiresAtMs > now {
			hashes = append(hashes, h.hash[:])
		}
	}
	slices.SortFunc(hashes, bytes.Compare)
	sum := sha256.Sum256(bytes.Join(hashes, nil))
	return uint32(len(hashes)), sum[:]
}

func (c *certificates) differs(count uint32, hash []byte) bool {
	ourCount, ourHash := c.liveSet()
	return count != ourCount || !bytes.Equal(hash, ourHash)
}

// save is called with the lock held.
func (c *certificates) save() {
	all := make([]string, 0, len(c.bySubject))
	for _, h := range c.bySubject {
		all = append(all, base64.StdEncoding.EncodeToString(h.encoded))
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = c.store.write(certificatesFile, text)
	}
	if err != nil {
		c.store.complain("certificates are kept in memory only", err)
	}
}

// load checks again what earlier runs held.
func (c *certificates) load() {
	var all []string
	text, err := c.store.read(certificatesFile)
	if err != nil || json.Unmarshal(text, &all) != nil {
		return
	}
	for _, line := range all {
		if encoded, err := base64.StdEncoding.DecodeString(line); err == nil {
			_, _, _ = c.accept(encoded)
		}
	}
}
