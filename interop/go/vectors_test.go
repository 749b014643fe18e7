package peerwatch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const vectorsFolder = "../../test/vectors/"

type vectors struct {
	About   string          `json:"about"`
	Network networkVector   `json:"network"`
	Signed  []signedVector  `json:"signed"`
	Message []messageVector `json:"messages"`
}

type networkVector struct {
	Authority string `json:"authority"`
	Name      string `json:"name"`
	ID        string `json:"id"`
}

type signedVector struct {
	Domain    string `json:"domain"`
	Signer    string `json:"signer"`
	Payload   string `json:"payload"`
	Signature string `json:"signature"`
	Encoded   string `json:"encoded"`
}

type messageVector struct {
	Message string          `json:"message"`
	Bytes   string          `json:"bytes"`
	Fields  json.RawMessage `json:"fields"`
}

func readVectors(t *testing.T, name string) vectors {
	t.Helper()
	text, err := os.ReadFile(vectorsFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	var read vectors
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	decoded, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// newMessage makes a message by the name that TypeScript gives it.
func newMessage(t *testing.T, name string) proto.Message {
	t.Helper()
	full := protoreflect.FullName("peerwatch.v1." + strings.ToUpper(name[:1]) + name[1:])
	kind, err := protoregistry.GlobalTypes.FindMessageByName(full)
	if err != nil {
		t.Fatal(err)
	}
	return kind.New().Interface()
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestMessagesMadeByTypeScriptMeanTheSameHere(t *testing.T) {
	for _, vector := range readVectors(t, "typescript.json").Message {
		decoded, told := newMessage(t, vector.Message), newMessage(t, vector.Message)
		if err := unmarshal(fromHex(t, vector.Bytes), decoded); err != nil {
			t.Fatal(vector.Message, err)
		}
		if err := protojson.Unmarshal(vector.Fields, told); err != nil {
			t.Fatal(vector.Message, err)
		}
		if !proto.Equal(decoded, told) {
			t.Errorf("%s: decoded %v, meant %v", vector.Message, decoded, told)
		}
		if !bytes.Equal(marshal(t, told), fromHex(t, vector.Bytes)) {
			t.Errorf("%s is encoded otherwise", vector.Message)
		}
	}
}

func TestWhatOneImplementationReadsTheOthersRead(t *testing.T) {
	text, err := os.ReadFile(vectorsFolder + "strict.json")
	if err != nil {
		t.Fatal(err)
	}
	var strict []struct {
		Message string `json:"message"`
		Bytes   string `json:"bytes"`
		Read    bool   `json:"read"`
		Name    string `json:"name"`
	}
	if err := json.Unmarshal(text, &strict); err != nil || len(strict) == 0 {
		t.Fatal(err)
	}
	for _, vector := range strict {
		err := unmarshal(fromHex(t, vector.Bytes), newMessage(t, strings.ToLower(vector.Message[:1])+vector.Message[1:]))
		if (err == nil) != vector.Read {
			t.Errorf("%s: %v", vector.Name, err)
		}
	}
}

func TestSignaturesMadeByTypeScriptHoldHere(t *testing.T) {
	read := readVectors(t, "typescript.json")
	network := &Network{Name: read.Network.Name, id: networkID(peer.ID(fromHex(t, read.Network.Authority)), read.Network.Name)}
	if hex.EncodeToString(network.id[:]) != read.Network.ID {
		t.Fatal("another network id")
	}
	for _, vector := range read.Signed {
		signer, payload, signature := peer.ID(fromHex(t, vector.Signer)), fromHex(t, vector.Payload), fromHex(t, vector.Signature)
		if !network.isSignedBy(vector.Domain, signer, payload, signature) {
			t.Errorf("%s: wrong signature", vector.Domain)
		}
		if network.isSignedBy(vector.Domain+"x", signer, payload, signature) {
			t.Errorf("%s: valid for another domain", vector.Domain)
		}
		var signed wire.Signed
		if err := proto.Unmarshal(fromHex(t, vector.Encoded), &signed); err != nil || !bytes.Equal(signed.Payload, payload) {
			t.Errorf("%s: its Signed has another payload", vector.Domain)
		}
	}
}

// fill gives every field a value that tells which it is.
func fill(m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	for at := range fields.Len() {
		field := fields.Get(at)
		number := uint64(field.Number()) + uint64(depth)*100
		if field.IsList() {
			list := m.Mutable(field).List()
			for entry := range 3 {
				if field.Message() != nil {
					fill(list.AppendMutable().Message(), depth+1)
				} else {
					list.Append(scalar(field, number+uint64(entry)))
				}
			}
		} else if field.Message() != nil {
			fill(m.Mutable(field).Message(), depth+1)
		} else {
			m.Set(field, scalar(field, number))
		}
	}
}

func scalar(field protoreflect.FieldDescriptor, number uint64) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(number))
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64(number << 32)
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(number) / 8)
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("Go " + string(field.Name()))
	default:
		return protoreflect.ValueOfBytes(bytes.Repeat([]byte{byte(number)}, 8))
	}
}

var domains = []struct {
	domain, message string
	secret          byte
}{
	{"roster", "roster", 1}, {"stamp", "stamp", 2}, {"removal", "removalVote", 2}, {"guest", "guest", 2}, {"goodbye", "goodbye", 3}, {"erasure", "erasure", 1},
	{"report", "report", 3}, {"token", "token", 5}, {"finding", "finding", 5}, {"ledger", "ledger", 5}, {"certificate", "verdict", 5},
}

// With UPDATE=1 this writes go.json, which test/vectors.test.ts checks; else it checks that Go still makes it.
func TestWhatGoMakesIsWhatTypeScriptChecks(t *testing.T) {
	_, authority := party(t, 1)
	network := &Network{Name: "vectors", Authority: authority, id: networkID(authority, "vectors")}
	made := vectors{
		About:   "Made by interop/go. All bytes in hex; `fields` in the JSON form of protobuf. Ed25519 secrets are 32 equal bytes, as in typescript.json.",
		Network: networkVector{Authority: hex.EncodeToString([]byte(authority)), Name: network.Name, ID: hex.EncodeToString(network.id[:])},
	}
	for _, d := range domains {
		key, signer := party(t, d.secret)
		payload := newMessage(t, d.message)
		fill(payload.ProtoReflect(), 0)
		encoded, err := network.sign(d.domain, key, payload)
		var signed wire.Signed
		if err != nil || proto.Unmarshal(encoded, &signed) != nil {
			t.Fatal(d.domain, err)
		}
		made.Signed = append(made.Signed, signedVector{
			Domain: d.domain, Signer: hex.EncodeToString([]byte(signer)), Payload: hex.EncodeToString(signed.Payload),
			Signature: hex.EncodeToString(signed.Signature), Encoded: hex.EncodeToString(encoded),
		})
	}
	for _, vector := range readVectors(t, "typescript.json").Message {
		m := newMessage(t, vector.Message)
		fill(m.ProtoReflect(), 0)
		fields, err := protojson.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		made.Message = append(made.Message, messageVector{Message: vector.Message, Bytes: hex.EncodeToString(marshal(t, m)), Fields: fields})
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(vectorsFolder+"go.json", append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	known, err := os.ReadFile(vectorsFolder + "go.json")
	if err != nil {
		t.Fatal(err)
	}
	// protojson varies its blanks on purpose; indenting takes them out.
	if !bytes.Equal(bytes.TrimSpace(known), text) {
		t.Error("Go makes other vectors; run with UPDATE=1 only if the protocol is meant to change")
	}
}

// derived is what docs/protocol.md says how to compute, as TypeScript computes it. The tier's part is not for peers.
type derived struct {
	Peers struct {
		NetworkIDs []networkVector   `json:"networkIds"`
		Topics     map[string]string `json:"topics"`
		MessageIDs []struct{ From, Seqno, ID string }
		Windows    []struct {
			Preset string
			UnixMs int64
			Window uint32
		}
		Entries []struct {
			Peer             string
			RosterVersion    uint64
			Trusted, Entries []string
		}
		Wards []struct {
			Node, Guest string
			Peers       int
			IsWard      bool
		}
		LiveSets []struct {
			Verdicts []string
			Count    uint32
			Hash     string
		}
	}
}

func readDerived(t *testing.T) derived {
	t.Helper()
	var read derived
	text, err := os.ReadFile(vectorsFolder + "derived.json")
	if err != nil || json.Unmarshal(text, &read) != nil {
		t.Fatal("derived.json cannot be read", err)
	}
	return read
}

func idsFromHex(t *testing.T, all []string) []peer.ID {
	t.Helper()
	ids := make([]peer.ID, len(all))
	for at, text := range all {
		ids[at] = peer.ID(fromHex(t, text))
	}
	return ids
}

func TestNamesAndTimesAreThoseOfTypeScript(t *testing.T) {
	read := readDerived(t).Peers
	for _, v := range read.NetworkIDs {
		if id := networkID(peer.ID(fromHex(t, v.Authority)), v.Name); hex.EncodeToString(id[:]) != v.ID {
			t.Error("another network id:", v.Name)
		}
	}
	network := &Network{Name: read.Topics["name"]}
	for _, kind := range []string{"certificates", "roster", "chat"} {
		if network.topic(kind) != read.Topics[kind] {
			t.Error("another topic:", kind)
		}
	}
	for _, v := range read.MessageIDs {
		id := pubsub.DefaultMsgIdFn(&pb.Message{From: fromHex(t, v.From), Seqno: fromHex(t, v.Seqno)})
		if hex.EncodeToString([]byte(id)) != v.ID {
			t.Error("another message id:", v.Seqno)
		}
	}
	for _, v := range read.Windows {
		clock := &windows{length: presets[v.Preset].window, base: time.Now(), since: time.Duration(v.UnixMs) * time.Millisecond}
		if window, _ := clock.now(); window != v.Window {
			t.Error(v.Preset, window)
		}
	}
	if len(read.NetworkIDs) == 0 || len(read.MessageIDs) == 0 || len(read.Windows) != len(presets) {
		t.Error("vectors are missing")
	}
}

func TestChoicesAndLiveSetsAreThoseOfTypeScript(t *testing.T) {
	read := readDerived(t).Peers
	for _, v := range read.Entries {
		roster := &Roster{Version: v.RosterVersion, Trusted: idsFromHex(t, v.Trusted)}
		if chosen := chooseEntries(peer.ID(fromHex(t, v.Peer)), roster); !slices.Equal(chosen, idsFromHex(t, v.Entries)) {
			t.Error("other entries at roster version", v.RosterVersion)
		}
	}
	for _, v := range read.Wards {
		if isWard(peer.ID(fromHex(t, v.Node)), peer.ID(fromHex(t, v.Guest)), v.Peers) != v.IsWard {
			t.Error("not the same ward among", v.Peers, v.Node)
		}
	}
	for _, v := range read.LiveSets {
		book := newCertificates(nil, nil, 0, inFolder(""))
		inForce := &wire.Verdict{ExpiresAtMs: uint64(time.Now().Add(time.Hour).UnixMilli())}
		for _, verdict := range v.Verdicts {
			book.bySubject[peer.ID(verdict)] = &held{verdict: inForce, hash: sha256.Sum256(fromHex(t, verdict))}
		}
		if book.differs(v.Count, fromHex(t, v.Hash)) {
			t.Error("another live set of", v.Count)
		}
	}
	if len(read.Entries) == 0 || len(read.Wards) == 0 || len(read.LiveSets) == 0 {
		t.Error("vectors are missing")
	}
}
