import { ok, problem, skipped } from './diagnosis.ts'
import type { Diagnosis } from './diagnosis.ts'

export interface SeedsInit {
  /** Multiaddrs that end in the seed's peer id; undefined where nobody could tell them. */
  readonly seeds: readonly string[] | undefined
  /** The node itself, as far as it is known: it does not ask itself. */
  readonly self: string | undefined
}

function idOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1)
}

/** Asks each seed who it is, at each of its addresses. One that answers is enough to start with. */
export async function checkSeeds({ seeds, self }: SeedsInit): Promise<Diagnosis[]> {
  if (seeds == null) return [skipped('seeds', 'no network is given, and no running node tells its seeds', 'give it with --network')]
  const others = seeds.filter(address => idOf(address) !== self)
  if (others.length === 0) return [ok('seeds', 'this node is the only one')]
  const { askSeeds } = await import('@peerwatch/node/ask-seeds')
  const asked = await askSeeds(others)
  const ids = [...new Set(others.map(idOf))]
  const answering = ids.filter(id => asked.some(({ address, trouble }) => idOf(address) === id && trouble == null))
  const who = others.length === seeds.length ? 'seeds' : 'other seeds'
  const lost = asked.flatMap(({ address, trouble }) => (trouble == null ? [] : [`${address}: ${trouble}`]))
  const found = `${answering.length} of ${ids.length} ${who} ${answering.length === 1 ? 'answers' : 'answer'}`
  if (lost.length === 0) return [ok('seeds', found)]
  const state = answering.length === 0 ? 'failed' : 'warning'
  return [
    problem(
      'seeds',
      state,
      `${found}; ${lost.join(', ')}`,
      'see whether they run, whether these are their addresses, and whether a firewall lets this machine out'
    )
  ]
}
