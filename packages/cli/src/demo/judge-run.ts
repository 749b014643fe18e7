import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { Role } from './cast.ts'
import type { Recorder } from './recorder.ts'
import type { DemoNode, DemoResult } from './result.ts'

export interface RunFacts {
  readonly seed: number
  readonly elapsedMs: number
  /** When the misdeeds began, on the clock of `elapsedMs`. */
  readonly misdeedsAtMs: number
  readonly windowMs: number
  readonly roles: readonly Role[]
  readonly testnet: Testnet
  readonly recorder: Recorder
}

const evictedAt = (node: PeerwatchNode): PeerIdString[] => node.libp2p.services.peerwatch.evictions().map(({ peer }) => peer)
const idOf = (node: PeerwatchNode): PeerIdString => node.peerId.toString() as PeerIdString

/** All nodes with their parts in the play. */
export function castList(testnet: Testnet, roles: readonly Role[]): DemoNode[] {
  const behaviours = new Map<string, string>(roles.map(({ name, behaviour }) => [name, behaviour]))
  const nodes = [...testnet.seeds, ...testnet.trusted, ...testnet.trusted.flatMap(node => node.watchers()), ...testnet.peers]
  return nodes.map(node => ({ id: idOf(node), name: node.name, role: node.role, behaviour: behaviours.get(node.name) ?? 'honest' }))
}

/** Compares what happened with what should have: every fact is asked of the nodes themselves. */
export function judgeRun({ seed, elapsedMs, misdeedsAtMs, windowMs, roles, testnet, recorder }: RunFacts): DemoResult {
  const nodes = castList(testnet, roles)
  const behaviourOf = new Map(nodes.map(({ id, behaviour }) => [id, behaviour]))
  const judged = (id: PeerIdString): { id: PeerIdString; behaviour: string } => ({ id, behaviour: behaviourOf.get(id) ?? 'honest' })
  const thoseWho = (...wanted: string[]): PeerIdString[] => nodes.filter(({ behaviour }) => wanted.includes(behaviour)).map(({ id }) => id)
  const dead = new Set(thoseWho('dies'))
  const guilty = thoseWho('corrupts', 'floods')
  // The dead hear nothing, and whom all refuse learns of nobody else's eviction.
  const enforcers = [...testnet.seeds, ...testnet.trusted, ...testnet.trusted.flatMap(node => node.watchers()), ...testnet.peers].filter(
    node => !dead.has(idOf(node)) && !guilty.includes(idOf(node))
  )
  const everywhere = guilty.filter(id => enforcers.every(node => evictedAt(node).includes(id)))
  const anywhere = new Set(enforcers.flatMap(evictedAt))
  const removed = [...recorder.removals()].filter(([, { told }]) => testnet.seeds.every(({ name }) => told.has(name)))
  // death is no crime: of the dead only the removal is right
  const living = removed.map(([id]) => id).filter(id => !dead.has(id))
  const wrongly = [...new Set([...anywhere, ...living])].filter(id => !guilty.includes(id))
  const missed = [...guilty.filter(id => !everywhere.includes(id)), ...[...dead].filter(id => !removed.some(([gone]) => gone === id))]
  return {
    ok: missed.length === 0 && wrongly.length === 0,
    seed,
    elapsedMs,
    nodes,
    removed: removed.map(([id, { atMs, seeds }]) => ({ ...judged(id), afterMs: atMs - misdeedsAtMs, seeds })),
    evictions: everywhere.flatMap(id => {
      const made = recorder.certified().get(id)
      if (made == null) return []
      const afterMs = made.atMs - misdeedsAtMs
      return [
        {
          ...judged(id),
          dimension: made.dimension,
          reason: made.reason,
          afterWindows: Math.ceil(afterMs / windowMs),
          afterMs,
          reporterGroups: [...new Set([...made.reporterGroups, ...accusers(testnet, id, made.dimension)])],
          findings: made.findings.map(({ by, outcome }) => ({ by: by.toString() as PeerIdString, outcome })),
          signers: made.signers.map(signer => signer.toString() as PeerIdString)
        }
      ]
    }),
    acquitted: [...recorder.acquitted()].filter(id => !guilty.includes(id)).map(judged),
    wronglyEvicted: wrongly.map(judged),
    missed: missed.map(judged)
  }
}

/** Groups whose reports accuse the peer by now: where a watcher was first, the certificate did not wait for them. */
function accusers(testnet: Testnet, subject: PeerIdString, dimension: EvictableDimension): string[] {
  return testnet.trusted.flatMap(({ libp2p }) => {
    const reporters = libp2p.services.peerwatch.assembly.tier?.examination.evidenceOf(subject)?.reporters ?? []
    return reporters.filter(({ accuses }) => accuses.includes(dimension)).map(({ group }) => group)
  })
}
