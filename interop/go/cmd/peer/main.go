// Command peer is a Peerwatch peer in Go: the example of package peerwatch.
// It tells in JSON lines what happens, and answers "standing PEER" on stdin.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"

	peerwatch "peerwatch.example/peerwatch-go"
)

func main() {
	file := flag.String("network", "network.json", "the network's file")
	folder := flag.String("data", "peerwatch-data", "folder for the key and for what must last")
	listen := flag.String("listen", "/ip4/127.0.0.1/tcp/0", "multiaddr to listen on")
	flag.Parse()
	if err := run(*file, *folder, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(file, folder, listen string) error {
	network, err := peerwatch.ReadNetwork(file)
	if err != nil {
		return err
	}
	key, err := peerwatch.ReadOrCreateKey(filepath.Join(folder, "key"))
	if err != nil {
		return err
	}
	watch, err := peerwatch.New(network, peerwatch.Options{Folder: folder, OnEvent: tellEvent, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	host, err := libp2p.New(libp2p.Identity(key), libp2p.ListenAddrStrings(listen), libp2p.ConnectionGater(watch.Gater()))
	if err != nil {
		return err
	}
	defer host.Close()
	gossip, err := pubsub.NewGossipSub(context.Background(), host, pubsub.WithRawTracer(watch.Tracer()))
	if err != nil {
		return err
	}
	if _, err := gossip.Subscribe("/peerwatch/" + network.Name + "/chat/1"); err != nil {
		return err
	}
	if err := watch.Start(host, gossip); err != nil {
		return err
	}
	defer watch.Stop()
	addresses, err := peer.AddrInfoToP2pAddrs(&peer.AddrInfo{ID: host.ID(), Addrs: host.Addrs()})
	if err != nil {
		return err
	}
	tell(map[string]any{"event": "ready", "peer": host.ID(), "addresses": addresses})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan() && lines.Text() != "quit"; {
		answer(watch, strings.Fields(lines.Text()))
	}
	return nil
}

func answer(watch *peerwatch.Watch, words []string) {
	if len(words) != 2 || words[0] != "standing" {
		return
	}
	about, err := peer.Decode(words[1])
	if err != nil {
		tell(map[string]any{"event": "unanswered", "reason": err.Error()})
		return
	}
	standing, err := watch.Standing(context.Background(), about)
	if err != nil {
		tell(map[string]any{"event": "unanswered", "reason": err.Error()})
		return
	}
	tell(map[string]any{"event": "standing", "peer": about, "state": standing.State, "reputation": standing.Reputation, "window": standing.Window})
}

func tellEvent(e peerwatch.Event) {
	tell(map[string]any{"event": e.Kind, "peer": e.Peer, "window": e.Window, "code": e.Code})
}

func tell(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}
