import assert from 'node:assert/strict'
import { freePorts } from '@peerwatch/node/testnet'
import { makePlace } from './support.ts'
import type { NodeProcess } from './processes.ts'
import type { Place } from './support.ts'

/** A network of processes with the `demo` preset. */
export interface ProcessNetwork {
  readonly place: Place
  readonly seeds: NodeProcess[]
  readonly trusted: NodeProcess[]
  readonly peers: NodeProcess[]
  readonly all: () => NodeProcess[]
  /** A peer more, not started. */
  readonly peer: (name: string, ...args: string[]) => NodeProcess
  /** The node with this id. */
  readonly named: (id: string) => NodeProcess
}

export interface NetworkSize {
  readonly seeds: number
  readonly trusted: number
  readonly peers: number
}

function several(count: number, make: (number: number) => NodeProcess): NodeProcess[] {
  return Array.from({ length: count }, (_, index) => make(index + 1))
}

/**
 * Made by `peerwatch init`; nothing runs yet.
 *
 * @param watchers - of each trusted node; one: the examiners are then two or three pairs of eyes, as few as convict
 */
export async function makeNetwork(name: string, size: NetworkSize, watchers = 1): Promise<ProcessNetwork> {
  const place = await makePlace(name)
  const [port = 0] = await freePorts(size.seeds + size.trusted)
  const ports = ['--seed-port', String(port), '--trusted-port', String(port + size.seeds)]
  const counts = ['--seeds', String(size.seeds), '--trusted', String(size.trusted)]
  const made = await place.run('init', 'net', '--preset', 'demo', '--name', name, ...counts, ...ports)
  assert.equal(made.code, 0, made.stderr)
  const network = ['--network', 'net/public']
  const member = (role: string, number: number, ...more: string[]): NodeProcess =>
    place.node(role, `${role}-${number}`, ...network, '--node', `net/nodes/${role}-${number}`, ...more)
  const peer = (peerName: string, ...args: string[]): NodeProcess => place.node('peer', peerName, ...network, ...args)
  const seeds = several(size.seeds, number => member('seed', number))
  const trusted = several(size.trusted, number => member('trusted', number, '--watchers', String(watchers)))
  const peers = several(size.peers, number => peer(`peer-${number}`))
  const all = (): NodeProcess[] => [...seeds, ...trusted, ...peers]
  return {
    place,
    seeds,
    trusted,
    peers,
    all,
    peer,
    named: id => {
      const found = all().find(node => node.id() === id)
      assert.ok(found != null, `no node has the id ${id}`)
      return found
    }
  }
}

/** Loading the program is what costs: more at once would only wait for each other. */
const STARTED_AT_ONCE = 4

/** Seeds first, then trusted nodes, then peers; resolves when everyone takes part. */
export async function startNetwork({ seeds, trusted, peers }: ProcessNetwork): Promise<void> {
  for (const nodes of [seeds, trusted, peers]) {
    for (let first = 0; first < nodes.length; first += STARTED_AT_ONCE) {
      await Promise.all(nodes.slice(first, first + STARTED_AT_ONCE).map(async node => node.start()))
    }
  }
  await Promise.all([...seeds, ...trusted, ...peers].map(async node => node.ready()))
}
