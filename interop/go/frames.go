package peerwatch

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"google.golang.org/protobuf/proto"
)

const (
	maxPrefixBytes = 4
	// A stream whose other side takes nothing for so long is ended.
	writeWithin = 10 * time.Second
	// A frame that was begun is whole by then, or has grown by so much.
	growsWithin = 30 * time.Second
	growsBytes  = 1024
)

var errFrame = errors.New("malformed frame")

// frames sends and receives length-prefixed messages on one stream.
type frames struct {
	stream  network.Stream
	reader  *bufio.Reader
	writing sync.Mutex
}

func newFrames(stream network.Stream) *frames {
	return &frames{stream: stream, reader: bufio.NewReader(stream)}
}

func (f *frames) write(message proto.Message) error {
	bytes, err := proto.Marshal(message)
	if err != nil {
		return err
	}
	f.writing.Lock()
	defer f.writing.Unlock()
	if err := f.stream.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	_, err = f.stream.Write(append(binary.AppendUvarint(nil, uint64(len(bytes))), bytes...))
	return err
}

// read waits for the next message; the memory it takes is bounded by what has arrived, and a frame that was begun has to go on.
func (f *frames) read(message proto.Message) error {
	length := 0
	for at := 0; ; at++ {
		if at == maxPrefixBytes {
			return errFrame
		}
		b, err := f.reader.ReadByte()
		if err != nil {
			return err
		}
		if at > 0 && b == 0 {
			return errFrame
		}
		if err := f.expectGrowth(); err != nil {
			return err
		}
		length |= int(b&0x7f) << (7 * at)
		if b < 0x80 {
			break
		}
	}
	if length > maxFrameBytes {
		return errFrame
	}
	var body []byte
	for len(body) < length {
		if err := f.expectGrowth(); err != nil {
			return err
		}
		from := len(body)
		body = append(body, make([]byte, min(growsBytes, length-from))...)
		if _, err := io.ReadFull(f.reader, body[from:]); err != nil {
			return err
		}
	}
	if err := f.stream.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return unmarshal(body, message)
}

func (f *frames) expectGrowth() error {
	return f.stream.SetReadDeadline(time.Now().Add(growsWithin))
}

func (f *frames) reset() { _ = f.stream.Reset() }
