// Command vanilla is a go-libp2p host as anybody runs one: TCP, WebSockets, Noise, Yamux,
// identify, ping and gossipsub with strict signatures. It knows nothing of
// Peerwatch, and shows that a network of such hosts can be watched.
//
// What happens is told in JSON lines on stdout. Lines on stdin command it:
//
//	dial MULTIADDR        connect to a peer
//	ping PEER             one round trip
//	publish COUNT BYTES   that many messages, -every apart
//	send PEER PROTOCOL HEX open a stream and send these bytes, whatever they mean
//	traffic               how many messages were announced and asked for
//	quit                  the same as the end of stdin
//
// Flags make it misbehave: -corrupt, -flood, -silent.
package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
)

type options struct {
	listen  string
	dial    string
	topic   string
	seed    string
	publish int
	bytes   int
	every   time.Duration
	noMesh  bool
	corrupt float64
	flood   int
	largest int
	silent  bool
}

// told is one line on stdout.
type told map[string]any

var stdout sync.Mutex

func tell(event string, fields told) {
	fields["event"] = event
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	stdout.Lock()
	defer stdout.Unlock()
	fmt.Println(string(line))
}

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "/ip4/127.0.0.1/tcp/0", "multiaddr to listen on")
	flag.StringVar(&o.dial, "dial", "", "multiaddrs to connect to, separated by commas")
	flag.StringVar(&o.topic, "topic", "/peerwatch/testnet/chat/1", "gossip topic")
	flag.StringVar(&o.seed, "seed", "", "text from which the key is made; empty: a random one")
	flag.IntVar(&o.publish, "publish", 0, "messages to publish from the start")
	flag.IntVar(&o.bytes, "bytes", 64, "bytes of a message")
	flag.DurationVar(&o.every, "every", time.Second, "pause between two messages")
	flag.BoolVar(&o.noMesh, "no-mesh", false, "graft nobody and refuse every graft: messages travel by IHAVE and IWANT only")
	flag.Float64Var(&o.corrupt, "corrupt", 0, "share of relayed messages that are altered")
	flag.IntVar(&o.largest, "largest", pubsub.DefaultMaxMessageSize, "bytes of gossip taken in one piece")
	flag.IntVar(&o.flood, "flood", 0, "ping streams opened to every peer, per second")
	flag.BoolVar(&o.silent, "silent", false, "answer no ping")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "vanilla:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) { tell("connected", told{"peer": c.RemotePeer().String()}) },
		DisconnectedF: func(n network.Network, c network.Conn) {
			if n.Connectedness(c.RemotePeer()) != network.Connected {
				tell("disconnected", told{"peer": c.RemotePeer().String()})
			}
		},
	})
	traffic := &tracer{}
	topic, err := joinTopic(ctx, h, traffic, o)
	if err != nil {
		return err
	}
	addresses := []string{}
	for _, address := range h.Addrs() {
		addresses = append(addresses, address.String()+"/p2p/"+h.ID().String())
	}
	tell("ready", told{"peer": h.ID().String(), "addresses": addresses})
	for _, address := range strings.Split(o.dial, ",") {
		if address != "" {
			connect(ctx, h, address)
		}
	}
	go publish(ctx, topic, o.publish, o.bytes, o.every)
	if o.flood > 0 {
		go flood(ctx, h, o.flood)
	}
	obey(ctx, h, topic, traffic, o)
	return nil
}

func newHost(o options) (host.Host, error) {
	opts := []libp2p.Option{
		libp2p.ListenAddrStrings(o.listen),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(websocket.New),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.Ping(!o.silent),
	}
	if o.seed != "" {
		secret := sha256.Sum256([]byte(o.seed))
		key, err := crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(secret[:]))
		if err != nil {
			return nil, err
		}
		opts = append(opts, libp2p.Identity(key))
	}
	return libp2p.New(opts...)
}

func joinTopic(ctx context.Context, h host.Host, traffic *tracer, o options) (*pubsub.Topic, error) {
	opts := []pubsub.Option{pubsub.WithMessageSignaturePolicy(pubsub.StrictSign), pubsub.WithRawTracer(traffic), pubsub.WithMaxMessageSize(o.largest)}
	if o.noMesh {
		params := pubsub.DefaultGossipSubParams()
		params.D, params.Dlo, params.Dhi, params.Dscore, params.Dout = 0, 0, 0, 0, 0
		opts = append(opts, pubsub.WithGossipSubParams(params), pubsub.WithFloodPublish(false))
	}
	gossip, err := pubsub.NewGossipSub(ctx, h, opts...)
	if err != nil {
		return nil, err
	}
	if o.corrupt > 0 {
		// A validator runs after the signature was checked and before the message is passed on.
		alter := func(_ context.Context, from peer.ID, m *pubsub.Message) bool {
			if from != h.ID() && len(m.Data) > 0 && rand.Float64() < o.corrupt {
				data := append([]byte(nil), m.Data...)
				data[rand.IntN(len(data))] ^= 1
				m.Data = data
			}
			return true
		}
		if err := gossip.RegisterTopicValidator(o.topic, alter); err != nil {
			return nil, err
		}
	}
	topic, err := gossip.Join(o.topic)
	if err != nil {
		return nil, err
	}
	members, err := topic.EventHandler()
	if err != nil {
		return nil, err
	}
	go tellMembers(ctx, members)
	subscription, err := topic.Subscribe(pubsub.WithBufferSize(1024))
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			m, err := subscription.Next(ctx)
			if err != nil {
				return
			}
			if m.ReceivedFrom == h.ID() {
				continue
			}
			sum := sha256.Sum256(m.Data)
			tell("message", told{
				"id": hex.EncodeToString([]byte(m.ID)), "from": m.GetFrom().String(), "via": m.ReceivedFrom.String(),
				"bytes": len(m.Data), "sha256": hex.EncodeToString(sum[:]),
			})
		}
	}()
	return topic, nil
}

// tellMembers tells who takes part in the topic, and who does no longer.
func tellMembers(ctx context.Context, members *pubsub.TopicEventHandler) {
	for {
		change, err := members.NextPeerEvent(ctx)
		if err != nil {
			return
		}
		event := map[pubsub.EventType]string{pubsub.PeerJoin: "joined", pubsub.PeerLeave: "left"}[change.Type]
		tell(event, told{"peer": change.Peer.String()})
	}
}

func connect(ctx context.Context, h host.Host, address string) {
	info, err := peer.AddrInfoFromString(address)
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		err = h.Connect(limited, *info)
	}
	if err != nil {
		tell("refused", told{"address": address, "reason": err.Error()})
		return
	}
	tell("dialled", told{"peer": info.ID.String()})
}

var published atomic.Uint64

func publish(ctx context.Context, topic *pubsub.Topic, count, size int, every time.Duration) {
	for range count {
		data := make([]byte, max(size, 8))
		copy(data, fmt.Sprintf("%08d", published.Add(1)))
		sum := sha256.Sum256(data)
		if err := topic.Publish(ctx, data); err != nil {
			tell("unpublished", told{"reason": err.Error()})
			return
		}
		tell("published", told{"bytes": len(data), "sha256": hex.EncodeToString(sum[:])})
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

func flood(ctx context.Context, h host.Host, perSecond int) {
	ticker := time.NewTicker(time.Second / time.Duration(perSecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for _, id := range h.Network().Peers() {
				go func() {
					limited, cancel := context.WithTimeout(ctx, 2*time.Second)
					defer cancel()
					<-ping.Ping(limited, h, id)
				}()
			}
		}
	}
}

func obey(ctx context.Context, h host.Host, topic *pubsub.Topic, traffic *tracer, o options) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		switch {
		case words[0] == "quit":
			return
		case words[0] == "traffic":
			traffic.tell()
		case words[0] == "dial" && len(words) == 2:
			connect(ctx, h, words[1])
		case words[0] == "ping" && len(words) == 2:
			go pingOnce(ctx, h, words[1])
		case words[0] == "send" && len(words) == 4:
			go send(ctx, h, words[1], protocol.ID(words[2]), words[3])
		case words[0] == "publish" && len(words) == 3:
			count, _ := strconv.Atoi(words[1])
			size, _ := strconv.Atoi(words[2])
			go publish(ctx, topic, count, size, o.every)
		default:
			tell("unknown", told{"line": lines.Text()})
		}
	}
}

func pingOnce(ctx context.Context, h host.Host, text string) {
	id, err := peer.Decode(text)
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		result := <-ping.Ping(limited, h, id)
		if err = result.Error; err == nil {
			tell("pinged", told{"peer": text, "ms": float64(result.RTT.Microseconds()) / 1000})
			return
		}
	}
	tell("unanswered", told{"peer": text, "reason": err.Error()})
}

// send tells when the other side has ended the stream, and after how many bytes.
func send(ctx context.Context, h host.Host, to string, id protocol.ID, text string) {
	count, err := exchange(ctx, h, to, id, text)
	fields := told{"peer": to, "protocol": string(id), "bytes": count}
	if err != nil {
		fields["reason"] = err.Error()
	}
	tell("ended", fields)
}

func exchange(ctx context.Context, h host.Host, to string, protocolID protocol.ID, text string) (int64, error) {
	id, err := peer.Decode(to)
	if err != nil {
		return 0, err
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return 0, err
	}
	stream, err := h.NewStream(ctx, id, protocolID)
	if err != nil {
		return 0, err
	}
	defer func() { _ = stream.Reset() }()
	if _, err := stream.Write(raw); err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, stream)
}
