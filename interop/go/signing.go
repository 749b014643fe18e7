package peerwatch

import (
	"errors"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"google.golang.org/protobuf/proto"

	"peerwatch.example/peerwatch-go/internal/wire"
)

// signingBytes is what is signed: domain, network, signer and payload.
func signingBytes(domain string, network [32]byte, signer peer.ID, payload []byte) []byte {
	bytes := append([]byte("/peerwatch/"+domain+"/1"), 0)
	bytes = append(bytes, network[:]...)
	bytes = append(bytes, byte(len(signer)))
	bytes = append(bytes, signer...)
	return append(bytes, payload...)
}

// sign encodes a message and signs it for one domain of this network.
func (n *Network) sign(domain string, key crypto.PrivKey, message proto.Message) ([]byte, error) {
	signer, err := peer.IDFromPrivateKey(key)
	if err != nil {
		return nil, err
	}
	payload, err := proto.Marshal(message)
	if err != nil {
		return nil, err
	}
	signature, err := key.Sign(signingBytes(domain, n.id, signer, payload))
	if err != nil {
		return nil, err
	}
	return proto.Marshal(&wire.Signed{Payload: payload, Signer: []byte(signer), Signature: signature})
}

// open checks a Signed message and decodes its payload.
func (n *Network) open(domain string, encoded []byte, most int, payload proto.Message) (peer.ID, error) {
	if len(encoded) > most {
		return "", errors.New("too long")
	}
	var signed wire.Signed
	if err := unmarshal(encoded, &signed); err != nil {
		return "", err
	}
	signer, err := idFromBytes(signed.Signer)
	if err != nil {
		return "", err
	}
	if !n.isSignedBy(domain, signer, signed.Payload, signed.Signature) {
		return "", errors.New("wrong signature")
	}
	return signer, unmarshal(signed.Payload, payload)
}

// isSignedBy is false for whoever has no Ed25519 key: none of ours is without.
func (n *Network) isSignedBy(domain string, signer peer.ID, payload, signature []byte) bool {
	key, err := signer.ExtractPublicKey()
	if err != nil || key.Type() != crypto.Ed25519 {
		return false
	}
	ok, err := key.Verify(signingBytes(domain, n.id, signer, payload), signature)
	return ok && err == nil
}
