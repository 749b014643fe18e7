#!/bin/sh
# Makes internal/wire/*.pb.go from the .proto files of packages/wire. Needs protoc and protoc-gen-go v1.36.12.
# The files name no protobuf package, which would claim names such as "Report" for a whole Go program: one is put in.
# On the wire that changes nothing.
set -eu
cd "$(dirname "$0")"
protos=../../packages/wire/src
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/peerwatch"
flags=
for name in appeal cut query registry report signed tree watch; do
	sed 's/^syntax = .*/&\npackage peerwatch.v1;/' "$protos/$name.proto" > "$work/peerwatch/$name.proto"
	flags="$flags --go_opt=Mpeerwatch/$name.proto=peerwatch.example/peerwatch-go/internal/wire"
done
# shellcheck disable=SC2086
protoc -I "$work" --go_out=. --go_opt=module=peerwatch.example/peerwatch-go $flags "$work"/peerwatch/*.proto
gofmt -w internal/wire
