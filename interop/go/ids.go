package peerwatch

import (
	"errors"

	"github.com/libp2p/go-libp2p/core/peer"
)

// The one form of an id that stands for a key's SHA-256: code and length in a byte each.
const (
	identityCode = 0x00
	sha256Code   = 0x12
	sha256Length = 32
)

var errOtherForm = errors.New("peer id: another form of one")

// idFromBytes takes the bytes that libp2p makes of a key, and no others of the
// same meaning: one key would have any number of names.
func idFromBytes(bytes []byte) (peer.ID, error) {
	id, err := peer.IDFromBytes(bytes)
	if err != nil {
		return "", err
	}
	switch {
	case bytes[0] == sha256Code && bytes[1] == sha256Length:
		return id, nil
	case bytes[0] != identityCode:
		return "", errOtherForm
	}
	key, err := id.ExtractPublicKey()
	if err != nil {
		return "", err
	}
	if canonical, err := peer.IDFromPublicKey(key); err != nil || canonical != id {
		return "", errOtherForm
	}
	return id, nil
}

// idFromText reads an id that somebody typed or a file has.
func idFromText(text string) (peer.ID, error) {
	id, err := peer.Decode(text)
	if err != nil {
		return "", err
	}
	return idFromBytes([]byte(id))
}
