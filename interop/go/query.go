package peerwatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"peerwatch.example/peerwatch-go/internal/wire"
)

const (
	queryProtocol     = "/peerwatch/query/1.0.0"
	unknownReputation = 255
)

// Standing is what any peer is told of another: coarse, and at least six windows old.
type Standing struct {
	Kind string  `json:"event"` // standing
	Peer peer.ID `json:"peer"`
	// State is unknown, good, watched or evicted.
	State string `json:"state"`
	// Reputation is 0 to 1 in tenths, rounded down; negative while unknown.
	Reputation float64 `json:"reputation"`
	// Window is the one that it describes.
	Window uint32 `json:"window"`
}

var states = map[uint32]string{1: "unknown", 2: "good", 3: "watched", 5: "evicted"}

// StandingOf is Standing of a peer by the text of its id.
func (w *Watch) StandingOf(ctx context.Context, id string) (Standing, error) {
	about, err := idFromText(id)
	if err != nil {
		return Standing{}, err
	}
	return w.Standing(ctx, about)
}

// Standing asks one trusted node after the other.
func (w *Watch) Standing(ctx context.Context, about peer.ID) (Standing, error) {
	err := errors.New("there is no trusted node")
	for _, node := range w.currentRoster().Trusted {
		var standing Standing
		if standing, err = w.ask(ctx, node, about); err == nil {
			return standing, nil
		}
	}
	return Standing{}, fmt.Errorf("no trusted node answers: %w", err)
}

func (w *Watch) ask(ctx context.Context, node, about peer.ID) (Standing, error) {
	limited, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for _, info := range w.find(limited, node) {
		if info.ID == node {
			if err := w.host.Connect(limited, info.AddrInfo); err != nil {
				return Standing{}, err
			}
		}
	}
	stream, err := w.host.NewStream(limited, node, queryProtocol)
	if err != nil {
		return Standing{}, err
	}
	defer func() { _ = stream.Close() }()
	f := newFrames(stream)
	if err := stream.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
		return Standing{}, err
	}
	if err := f.write(&wire.QueryRequest{Id: 1, StandingOf: []byte(about)}); err != nil {
		return Standing{}, err
	}
	var response wire.QueryResponse
	for response.Id != 1 {
		if err := f.read(&response); err != nil {
			return Standing{}, err
		}
	}
	state, known := states[response.State]
	if response.Status != 0 || !known || response.Tenths > 10 && response.Tenths != unknownReputation {
		return Standing{}, fmt.Errorf("status %d, state %d: %.200q", response.Status, response.State, response.Reason)
	}
	reputation := float64(response.Tenths) / 10
	if response.Tenths == unknownReputation {
		reputation = -1
	}
	return Standing{Kind: "standing", Peer: about, State: state, Reputation: reputation, Window: response.Window}, nil
}
