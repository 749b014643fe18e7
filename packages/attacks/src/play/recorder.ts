import type { PeerIdString } from '@peerwatch/model'
import type { Told, ToldDetail } from './thread-messages.ts'

/** When the first seed removed a peer from its registry, which seeds voted for it, and which seeds have removed the peer by now. */
export interface Removed {
  readonly atMs: number
  readonly seeds: readonly PeerIdString[]
  readonly told: ReadonlySet<string>
}

export type Certified = ToldDetail<'certificate:made'> & { readonly atMs: number }

/** What the nodes told of what they did about each other during the play. */
export interface Recorder {
  readonly hear: (node: string, told: Told) => void
  readonly casesCount: () => number
  readonly removals: () => ReadonlyMap<PeerIdString, Removed>
  readonly certified: () => ReadonlyMap<PeerIdString, Certified>
  readonly acquitted: () => ReadonlyMap<PeerIdString, { readonly atMs: number }>
}

export interface RecorderInit {
  readonly elapsedMs: () => number
}

export function recorder({ elapsedMs }: RecorderInit): Recorder {
  const removals = new Map<PeerIdString, { atMs: number; seeds: readonly PeerIdString[]; told: Set<string> }>()
  const certified = new Map<PeerIdString, Certified>()
  const acquitted = new Map<PeerIdString, { atMs: number }>()
  let casesCount = 0

  const hear = (node: string, { event, detail }: Told): void => {
    const atMs = elapsedMs()
    if (event === 'peer:removed') {
      const known = removals.get(detail.peer) ?? { atMs, seeds: detail.seeds, told: new Set<string>() }
      known.told.add(node)
      removals.set(detail.peer, known)
    } else if (event === 'certificate:made' && !certified.has(detail.subject)) certified.set(detail.subject, { ...detail, atMs })
    else if (event === 'case:opened') casesCount++
    else if (event === 'case:closed' && detail.outcome === 'acquitted' && !acquitted.has(detail.subject)) acquitted.set(detail.subject, { atMs })
  }
  return {
    hear,
    casesCount: () => casesCount,
    removals: () => removals,
    certified: () => certified,
    acquitted: () => acquitted
  }
}
