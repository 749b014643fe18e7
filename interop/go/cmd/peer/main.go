// Command peer is the example of package peerwatch: a Peerwatch peer in Go. It
// tells in JSON lines what happens, and the standing of each peer whose id it
// reads from stdin, until it is interrupted.
package main

import (
	"bufio"
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"

	peerwatch "peerwatch.example/peerwatch-go"
)

func main() {
	file := flag.String("network", "network.json", "the network's file")
	folder := flag.String("data", "peerwatch-data", "folder for the key and for what must last")
	listen := flag.String("listen", "/ip4/127.0.0.1/tcp/0", "multiaddr to listen on; over WebSockets it ends in /ws")
	flag.Parse()
	// whoever reads what is told may go, and a terminal may end: a peer outlives the one, and leaves in order with the other
	signal.Ignore(syscall.SIGPIPE)
	ctx, end := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer end()
	tell := peerwatch.JSONLines(os.Stdout)

	network := must(peerwatch.ReadNetwork(*file))
	key := must(peerwatch.ReadOrCreateKey(filepath.Join(*folder, "key")))
	watch := must(peerwatch.New(network, peerwatch.Options{
		Folder: *folder, Log: slog.Default(), OnEvent: func(e peerwatch.Event) { tell(e) },
	}))
	host := must(libp2p.New(libp2p.Identity(key), libp2p.ListenAddrStrings(*listen), libp2p.ConnectionGater(watch.Gater())))
	defer host.Close()
	gossip := must(pubsub.NewGossipSub(ctx, host, pubsub.WithRawTracer(watch.Tracer()), pubsub.WithMaxMessageSize(peerwatch.MaxMessageBytes)))
	must(must(gossip.Join(network.ChatTopic())).Subscribe())
	must(watch, watch.Start(host, gossip))
	defer watch.Stop()

	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			if standing, err := watch.StandingOf(ctx, lines.Text()); err != nil {
				log.Print(err)
			} else {
				tell(standing)
			}
		}
	}()
	<-ctx.Done()
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal("peer: ", err)
	}
	return value
}
