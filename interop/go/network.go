package peerwatch

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// Network is what every node of one network is given: network.json.
type Network struct {
	Name      string
	Authority peer.ID
	Seeds     []peer.AddrInfo
	// Roster is the one in the file; a node may learn of newer ones.
	Roster *Roster
	id     [32]byte
}

// Roster names the trusted nodes and the seeds, as the authority signed it.
type Roster struct {
	Version uint64
	Trusted []peer.ID
	Seeds   []peer.ID
	// formerTrusted are those of earlier rosters: until when, in Unix ms, what
	// they signed counts.
	formerTrusted map[peer.ID]uint64
	// formerQuorums are lower ones of earlier rosters: until when, in Unix ms,
	// so many signatures were enough.
	formerQuorums map[uint32]uint64
	// Quorum is how many trusted nodes must sign a certificate.
	Quorum    int
	MaxDegree int
	// isPublic: every /24 is one voice, and nobody is dialled where no seed saw him.
	isPublic bool
	preset   preset
	encoded  []byte
}

// preset is a named set of times; docs/protocol.md has the table.
type preset struct {
	window, pingEvery, pingTimeout time.Duration
}

var presets = map[string]preset{
	"demo":   {window: 2 * time.Second, pingEvery: time.Second, pingTimeout: time.Second},
	"lan":    {window: 10 * time.Second, pingEvery: 13 * time.Second, pingTimeout: 5 * time.Second},
	"public": {window: 60 * time.Second, pingEvery: 13 * time.Second, pingTimeout: 5 * time.Second},
}

// The limits of docs/limits.md that this package meets.
const (
	maxFrameBytes       = 512 * 1024
	maxRosterBytes      = 64 * 1024
	maxSignedBytes      = 4 * 1024
	maxCertificateBytes = 4 * 1024
	maxPeerRecordBytes  = 4 * 1024
	maxStampBytes       = 512
	maxListedPeers      = 100
	maxBatch            = 64
	maxCosignatures     = 16
	maxMembers          = 512
	maxAddresses        = 16
	maxReasonBytes      = 200
	maxSafeInteger      = 1<<53 - 1
)

const scopePublic = 2

var networkName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// ReadNetwork reads and checks a network.json.
func ReadNetwork(path string) (*Network, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseNetwork(text)
}

// ParseNetwork checks the text of a network.json: its fields, and the
// authority's signature on its roster.
func ParseNetwork(text []byte) (*Network, error) {
	// editors of Windows begin a file with a byte order mark
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var file struct {
		Format    int      `json:"format"`
		Name      string   `json:"name"`
		Authority string   `json:"authority"`
		Seeds     []string `json:"seeds"`
		Roster    string   `json:"roster"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("network.json: %w", err)
	}
	if file.Format != 1 || !networkName.MatchString(file.Name) || len(file.Seeds) == 0 {
		return nil, errors.New("network.json: format, name or seeds are not as expected")
	}
	authority, err := idFromText(file.Authority)
	if err != nil {
		return nil, fmt.Errorf("network.json: authority: %w", err)
	}
	network := &Network{Name: file.Name, Authority: authority, id: networkID(authority, file.Name)}
	for _, text := range file.Seeds {
		seed, err := peer.AddrInfoFromString(text)
		if err != nil {
			return nil, fmt.Errorf("network.json: seeds: %w", err)
		}
		if _, err := idFromBytes([]byte(seed.ID)); err != nil {
			return nil, fmt.Errorf("network.json: seeds: %w", err)
		}
		network.addSeed(*seed)
	}
	encoded, err := base64.StdEncoding.DecodeString(file.Roster)
	if err != nil {
		return nil, fmt.Errorf("network.json: roster: %w", err)
	}
	network.Roster, err = network.openRoster(encoded)
	return network, err
}

// addSeed merges what is said of one seed: it may have an address over TCP and one over WebSockets.
func (n *Network) addSeed(seed peer.AddrInfo) {
	for at := range n.Seeds {
		if n.Seeds[at].ID == seed.ID {
			n.Seeds[at].Addrs = append(n.Seeds[at].Addrs, seed.Addrs...)
			return
		}
	}
	n.Seeds = append(n.Seeds, seed)
}

// ChatTopic is the gossip topic of the network's own small talk. Peers that
// relay nothing else can still be watched by it.
func (n *Network) ChatTopic() string { return n.topic("chat") }

// MaxMessageBytes is what the TypeScript peers of a network relay, for
// pubsub.WithMaxMessageSize. Without it go-libp2p-pubsub takes 1 MiB, and ends
// the gossip of a link that brings more.
const MaxMessageBytes = 4 << 20

func (n *Network) topic(kind string) string { return "/peerwatch/" + n.Name + "/" + kind + "/1" }

func networkID(authority peer.ID, name string) [32]byte {
	bytes := append([]byte("/peerwatch/network/1"), 0, byte(len(authority)))
	return sha256.Sum256(append(append(bytes, authority...), name...))
}

// openRoster checks a signed roster.
func (n *Network) openRoster(encoded []byte) (*Roster, error) {
	if len(encoded) > maxRosterBytes {
		return nil, errors.New("roster: too long")
	}
	var r wire.Roster
	signer, err := n.open("roster", encoded, maxRosterBytes, &r)
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	if signer != n.Authority {
		return nil, errors.New("roster: not signed by the authority")
	}
	times, known := presets[r.Preset]
	trusted, err1 := peerIDs(r.Trusted)
	seeds, err2 := peerIDs(r.Seeds)
	former, err3 := formerTrusted(r.FormerTrusted)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	if !known || len(trusted) == 0 || r.Quorum == 0 || int(r.Quorum) > len(trusted) || r.Version > maxSafeInteger || r.MaxDegree == 0 {
		return nil, errors.New("roster: its fields make no sense")
	}
	return &Roster{
		Version: r.Version, Trusted: trusted, Seeds: seeds, formerTrusted: former, formerQuorums: formerQuorums(r.FormerQuorums), Quorum: int(r.Quorum),
		MaxDegree: int(r.MaxDegree), isPublic: r.Scope == scopePublic, preset: times, encoded: encoded,
	}, nil
}

func formerTrusted(entries []*wire.FormerTrusted) (map[peer.ID]uint64, error) {
	former := make(map[peer.ID]uint64, len(entries))
	for _, entry := range entries {
		id, err := idFromBytes(entry.Peer)
		if err != nil {
			return nil, err
		}
		former[id] = entry.UntilMs
	}
	return former, nil
}

func formerQuorums(entries []*wire.FormerQuorum) map[uint32]uint64 {
	former := make(map[uint32]uint64, len(entries))
	for _, entry := range entries {
		if entry.Quorum > 0 {
			former[entry.Quorum] = entry.UntilMs
		}
	}
	return former
}

// quorumFor is how many signatures a verdict of this time needs: as many as
// when it was issued, or fewer now.
func (r *Roster) quorumFor(issuedAtMs uint64) int {
	least := r.Quorum
	for quorum, until := range r.formerQuorums {
		if issuedAtMs <= until {
			least = min(least, int(quorum))
		}
	}
	return least
}

// isSigner tells whose signature counts on a verdict of this time: that of a
// trusted node, or of one that was trusted when the verdict was issued.
func (r *Roster) isSigner(id peer.ID, issuedAtMs uint64) bool {
	until, isFormer := r.formerTrusted[id]
	return slices.Contains(r.Trusted, id) || isFormer && issuedAtMs <= until
}

// isMember tells seeds and trusted nodes from peers: members are nobody's subject.
func (r *Roster) isMember(id peer.ID) bool {
	return slices.Contains(r.Trusted, id) || slices.Contains(r.Seeds, id)
}

func peerIDs(all [][]byte) ([]peer.ID, error) {
	if len(all) > maxMembers {
		return nil, errors.New("too many members")
	}
	ids := make([]peer.ID, 0, len(all))
	for _, bytes := range all {
		id, err := idFromBytes(bytes)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
