import { reasonOf, ServicesError, toPeerId } from '@peerwatch/link'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { Core, SeedFailure } from '@peerwatch/link'

/** Why which seed is not linked: told where it changes, and kept to be asked for. */
export interface SeedFailures {
  readonly failed: (seed: PeerIdString, error: unknown) => void
  readonly opened: (seed: PeerIdString) => void
  readonly list: () => SeedFailure[]
  /** Raises the alarm unless a seed is linked soon; to be called whenever the last one is lost, and at the start. */
  readonly alone: () => void
  readonly stop: () => void
}

export interface SeedFailuresInit {
  readonly seeds: () => readonly PeerIdString[]
  readonly isAlone: () => boolean
}

/** Longer: a seed that starts beside this node raises no alarm; shorter: who started the node still looks at it. */
const ALONE_MS = 2_000
/** A refusal is a text that another wrote. */
const MOST_LETTERS = 300

export function seedFailures(core: Core, { seeds, isAlone }: SeedFailuresInit): SeedFailures {
  const failures = new Map<PeerIdString, SeedFailure>()
  /** Of whose address the alarm was raised: whoever is there may answer one thing now and another then. */
  const alarmed = new Set<PeerIdString>()
  let callOff: CallOff | undefined

  const alarm = (): void => {
    // that this node is evicted is told by itself
    if (!isAlone() || core.certificates.evicted(core.self) != null) return
    const why = seeds().map(seed => `${seed} (${failures.get(seed)?.reason ?? 'no answer yet'})`)
    const message = `no seed answers, so that this node has no list of peers and nobody finds it; the node goes on trying them: ${why.join(', ')}`
    core.emit('alarm', { code: 'no-seed', message })
  }
  return {
    failed: (seed, error) => {
      const before = failures.get(seed)
      const { code, reason } = described(core, seed, error)
      failures.set(seed, { seed, code, reason, failures: (before?.failures ?? 0) + 1 })
      if (before?.code === code && before.reason === reason) return
      core.emit('seed:failed', { seed: toPeerId(seed), code, reason })
      if (code !== 'other-key' || alarmed.has(seed)) return
      alarmed.add(seed)
      const message = `the address of seed ${seed} is another's: ${reason}; expected ${seed}: network.json is another network's, or older than a new key of that seed`
      core.emit('alarm', { code: 'wrong-seed-key', message })
    },
    opened: seed => {
      failures.delete(seed)
      alarmed.delete(seed)
    },
    // a newer roster may have left some out
    list: () => [...failures.values()].filter(({ seed }) => seeds().includes(seed)),
    alone: () => {
      callOff?.()
      if (seeds().length > 0) callOff = core.health.after(ALONE_MS, alarm)
    },
    stop: () => {
      callOff?.()
      failures.clear()
      alarmed.clear()
    }
  }
}

function described({ certificates, self }: Core, seed: PeerIdString, error: unknown): Pick<SeedFailure, 'code' | 'reason'> {
  const reason = printable(reasonOf(error)).replaceAll(`/p2p/${seed}`, '')
  // it is there, and hangs up on this node or offers the appeal alone
  if (!(error instanceof ServicesError) && certificates.evicted(self) != null)
    return { code: 'refused', reason: 'it lets this evicted node in for its appeal only' }
  if (error instanceof ServicesError) return { code: error.code, reason }
  // libp2p's own: there is a link, and the other side does not speak of seeds
  if (error instanceof Error && error.name === 'UnsupportedProtocolError')
    return { code: 'refused', reason: `it is no seed, or of another version, or lets this node in for its appeal only: ${reason}` }
  return { code: 'closed', reason }
}

function printable(text: string): string {
  return text.replaceAll(/[^\P{C}]/gu, ' ').slice(0, MOST_LETTERS)
}
