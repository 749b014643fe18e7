package peerwatch

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	"github.com/libp2p/go-libp2p/core/crypto"
)

// ReadOrCreateKey reads an Ed25519 key in libp2p's protobuf form, or makes one
// and keeps it there with mode 0600.
func ReadOrCreateKey(path string) (crypto.PrivKey, error) {
	bytes, err := os.ReadFile(path)
	if err == nil {
		return crypto.UnmarshalPrivateKey(bytes)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	if bytes, err = crypto.MarshalPrivateKey(key); err != nil {
		return nil, err
	}
	return key, folder{path: filepath.Dir(path)}.write(filepath.Base(path), bytes)
}
