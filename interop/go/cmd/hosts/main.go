// Command hosts runs many vanilla hosts in one process, for bench/interop.ts.
// Lines on stdin: "dial FROM MULTIADDR", "publish EVERY_MS BYTES", "rest", "deliveries", "quit".
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"golang.org/x/sys/unix"
)

const (
	topicName = "/peerwatch/bench/chat/1"
	language  = 1
	// A message starts with the sender's monotonic clock in ms, then its language.
	headerBytes = 9
)

var (
	mu         sync.Mutex
	byLanguage = [2][]float64{{}, {}}
	published  int
	hosts      []host.Host
	topics     []*pubsub.Topic
)

func main() {
	count := flag.Int("count", 20, "how many hosts")
	flag.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	addresses := []string{}
	for range *count {
		address, err := start(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "hosts:", err)
			os.Exit(1)
		}
		addresses = append(addresses, address)
	}
	tell(map[string]any{"event": "ready", "peer": "", "addresses": addresses})
	resting := func() {}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan() && lines.Text() != "quit"; {
		switch words := strings.Fields(lines.Text()); words[0] {
		case "dial":
			go dial(ctx, words[1], words[2])
		case "publish":
			publishing, rest := context.WithCancel(ctx)
			resting = rest
			go publish(publishing, words[1], words[2])
		case "rest":
			resting()
		case "deliveries":
			mu.Lock()
			tell(map[string]any{"event": "deliveries", "published": published, "js": byLanguage[0], "go": byLanguage[1]})
			mu.Unlock()
		}
	}
}

func start(ctx context.Context) (string, error) {
	h, err := libp2p.New(
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"), libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Security(noise.ID, noise.New), libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
	)
	if err != nil {
		return "", err
	}
	gossip, err := pubsub.NewGossipSub(ctx, h)
	if err != nil {
		return "", err
	}
	topic, err := gossip.Join(topicName)
	if err != nil {
		return "", err
	}
	subscription, err := topic.Subscribe(pubsub.WithBufferSize(4096))
	if err != nil {
		return "", err
	}
	go receive(ctx, h.ID(), subscription)
	hosts, topics = append(hosts, h), append(topics, topic)
	return h.Addrs()[0].String() + "/p2p/" + h.ID().String(), nil
}

func receive(ctx context.Context, self peer.ID, subscription *pubsub.Subscription) {
	for {
		m, err := subscription.Next(ctx)
		if err != nil {
			return
		}
		if m.ReceivedFrom == self || len(m.Data) < headerBytes {
			continue
		}
		latency := nowMs() - math.Float64frombits(binary.BigEndian.Uint64(m.Data))
		mu.Lock()
		byLanguage[m.Data[8]&1] = append(byLanguage[m.Data[8]&1], latency)
		mu.Unlock()
	}
}

func dial(ctx context.Context, from, to string) {
	at, err := strconv.Atoi(from)
	var info *peer.AddrInfo
	if err == nil {
		info, err = peer.AddrInfoFromString(to)
	}
	if err == nil {
		err = hosts[at].Connect(ctx, *info)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "hosts:", err)
		return
	}
	tell(map[string]any{"event": "dialled"})
}

func publish(ctx context.Context, everyMs, size string) {
	ms, _ := strconv.ParseFloat(everyMs, 64)
	bytes, _ := strconv.Atoi(size)
	ticker := time.NewTicker(time.Duration(ms * float64(time.Millisecond)))
	defer ticker.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		data := make([]byte, max(bytes, headerBytes))
		binary.BigEndian.PutUint64(data, math.Float64bits(nowMs()))
		data[8] = language
		mu.Lock()
		published++
		mu.Unlock()
		// what is counted is sent, also when the rest comes in this moment
		if err := topics[turn%len(topics)].Publish(context.WithoutCancel(ctx), data); err != nil {
			fmt.Fprintln(os.Stderr, "hosts:", err)
		}
	}
}

// nowMs is the machine's monotonic clock, the same in every process.
func nowMs() float64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		panic(err)
	}
	return float64(t.Sec)*1000 + float64(t.Nsec)/1e6
}

var stdout sync.Mutex

func tell(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	stdout.Lock()
	defer stdout.Unlock()
	fmt.Println(string(line))
}
