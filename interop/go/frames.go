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

// read waits for the next message; the memory it takes is bounded by what has arrived.
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
		length |= int(b&0x7f) << (7 * at)
		if b < 0x80 {
			break
		}
	}
	if length > maxFrameBytes {
		return errFrame
	}
	bytes, err := io.ReadAll(io.LimitReader(f.reader, int64(length)))
	if err != nil {
		return err
	}
	if len(bytes) < length {
		return io.ErrUnexpectedEOF
	}
	return proto.Unmarshal(bytes, message)
}

func (f *frames) reset() { _ = f.stream.Reset() }
