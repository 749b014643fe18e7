import { isLoopback } from '../loopback.ts'
import type { Network } from '@peerwatch/link'
import type { NodeProblem } from '../errors.ts'

/** A seed that nobody finds: everybody dials it where `network.json` says. */
export interface SeedElsewhere {
  /** Where the seed listens, or is announced. */
  readonly listens: readonly string[]
  /** The addresses of the seed in `network.json`. */
  readonly network: readonly string[]
}

export interface SeedPlace {
  /** Peer id. */
  readonly id: string
  readonly listen: readonly string[]
  readonly announce: readonly string[]
}

interface Place {
  readonly host: string
  readonly isName: boolean
  /** Port, and what is spoken there. */
  readonly rest: string
}

/**
 * Undefined where one of its addresses may be the one that `network.json` names. The port, and what is spoken there, must be equal. Of hosts this machine
 * cannot know all: names, routers and containers stand for others. So what is announced must be what is named, as far as both are of one kind, and
 * what is only listened on must not be loopback where something else is named.
 */
export function seedElsewhere({ seeds }: Pick<Network, 'seeds'>, { id, listen, announce }: SeedPlace): SeedElsewhere | undefined {
  const network = seeds.map(String).filter(address => address.endsWith(`/p2p/${id}`))
  const [listens, mayBe] = announce.length > 0 ? [announce, mayBeAnnounced] : [listen, mayBeReached]
  const places = listens.map(placeOf)
  const isFound = network.map(placeOf).some(there => places.some(here => here.rest === there.rest && mayBe(here, there)))
  return network.length === 0 || isFound ? undefined : { listens, network }
}

/** The three parts of what is told of it. */
export function seedElsewhereProblem({ listens, network }: SeedElsewhere): NodeProblem {
  return {
    found: `this seed listens at ${listens.join(', ') || 'no address'}, and network.json says ${network.join(', ')}: nobody will find it`,
    expected: 'both to be the same',
    remedy: 'let it listen there; or announce that address with --announce, if it leads here; or change network.json on every node'
  }
}

function placeOf(address: string): Place {
  const [, kind = '', host = '', rest = ''] = /^\/([^/]+)\/([^/]+)(.*?)(?:\/p2p\/\w+)?$/.exec(address) ?? []
  return { host, isName: kind.startsWith('dns'), rest }
}

function mayBeAnnounced(here: Place, there: Place): boolean {
  return here.host === there.host || here.isName !== there.isName
}

const ANY = new Set(['0.0.0.0', '::'])

function mayBeReached(here: Place, there: Place): boolean {
  return here.host === there.host || ANY.has(here.host) || isLoopback(here.host) === isLoopback(there.host)
}
