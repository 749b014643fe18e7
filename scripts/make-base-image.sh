#!/usr/bin/env bash
# Sees to it that there is a Docker engine, `docker compose` and the base image of the Dockerfile. Changes nothing where all three are.
#
# Where no image registry can be reached it makes a stand-in for the base image from the package registries of Debian and npm.
# What differs from the public one: no yarn or corepack, this machine's certificates and registry settings are inside.
# `make-base-image.sh golang:1.26-bookworm` sees to a Go image too, where need be of this machine's own Go: without a C compiler.
# Installing and starting an engine needs root on a Debian machine; all of it takes three minutes, of which two build `docker compose`.
set -euo pipefail
base=node:24-bookworm-slim
suite=bookworm
compose=v2.40.3
pull_within=60

apt() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

if ! docker info >/dev/null 2>&1; then
  apt-get update -qq
  apt docker.io iptables
  setsid nohup dockerd >/var/log/dockerd.log 2>&1 </dev/null &
  for _ in $(seq 60); do docker info >/dev/null 2>&1 && break; sleep 1; done
  docker info >/dev/null 2>&1 || { tail -n 20 /var/log/dockerd.log >&2; echo 'no Docker engine: see the lines above' >&2; exit 1; }
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! docker compose version >/dev/null 2>&1; then
  command -v go >/dev/null || { echo 'no `docker compose`: install the plugin, or Go to build it from its module' >&2; exit 1; }
  plugins=/usr/local/lib/docker/cli-plugins
  mkdir -p "$work/compose" "$plugins"
  (
    cd "$work/compose"
    go mod init composebuild
    go get "github.com/docker/compose/v2/cmd@$compose"
    go build -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$compose" -o docker-compose github.com/docker/compose/v2/cmd
  ) >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
  install -m 755 "$work/compose/docker-compose" "$plugins/docker-compose"
fi

is_there() { docker image inspect "$1" >/dev/null 2>&1 || timeout "$pull_within" docker pull --quiet "$1" >/dev/null 2>&1; }

make_node() {
  command -v debootstrap >/dev/null || { apt-get update -qq; apt debootstrap; }
  mirror=$(apt-cache policy base-files | grep -oE 'https?://[^ ]+' | grep -v security | head -n 1 || true)
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
  unpack() {
    mkdir -p "$2"
    tar xzf "$(cd "$work" && npm pack --silent "$1" | sed "s|^|$work/|")" --strip-components 1 -C "$2"
  }
  unpack "node-linux-$(node -p process.arch)@24" "$work/node"
  install -m 755 "$work/node/bin/node" "$work/root/usr/local/bin/node"
  unpack npm@11 "$work/root/usr/local/lib/node_modules/npm"
  mkdir -p "$work/root/usr/local/etc"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/root/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$work/root/usr/local/bin/npx"
  cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  npmrc=$(npm config get globalconfig)
  {
    [ ! -f "$npmrc" ] || cat "$npmrc"
    npm config get registry | sed 's/^/registry=/'
    echo cafile=/etc/ssl/certs/ca-certificates.crt
  } >"$work/root/usr/local/etc/npmrc"
  rm -rf "$work/root/var/cache/apt" "$work/root/var/lib/apt/lists"/* "$work/root/usr/share/doc" "$work/root/usr/share/man"
  mkdir -p "$work/root/var/cache/apt/archives/partial"
  tar -C "$work/root" -c . | docker import \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' --change 'CMD ["node"]' - "$base" >/dev/null
}

# Its compiler runs on the stand-in for Node's image, or on the public one.
make_go() {
  command -v go >/dev/null || { echo "no image $1: install Go to make it" >&2; exit 1; }
  [[ $(go env GOVERSION) == go"${1//[!0-9.]/}"* ]] || { echo "no image $1: this machine has $(go env GOVERSION)" >&2; exit 1; }
  mkdir "$work/image"
  cp -a "$(go env GOROOT)" "$work/image/go"
  cat >"$work/image/Dockerfile" <<EOF
FROM $base
COPY go /usr/local/go
ENV PATH=/usr/local/go/bin:/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOPATH=/go GOTOOLCHAIN=local CGO_ENABLED=0
ENV GOPROXY=$(go env GOPROXY) GOSUMDB=$(go env GOSUMDB)
WORKDIR /go
EOF
  docker build --quiet --tag "$1" "$work/image" >/dev/null
}

is_there "$base" || make_node
for image in "$@"; do
  case $image in
    golang:*) is_there "$image" || make_go "$image" ;;
    *) echo "no way to make $image: only golang:VERSION-$suite" >&2; exit 1 ;;
  esac
done
