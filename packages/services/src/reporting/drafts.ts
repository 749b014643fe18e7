import { DIMENSIONS, OBSERVATIONS_MOST, capped, dimensionNames, total } from '@peerwatch/model'
import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '../peer-ids.ts'
import { outboxKey } from './outbox.ts'
import type { Observation, Rng } from '@peerwatch/model'
import type { Signer } from '../signatures.ts'
import type { OutboxItem } from './outbox.ts'

function badCount({ counts }: Observation): number {
  return dimensionNames.reduce((bad, dimension) => bad + (counts[dimension]?.bad ?? 0), 0)
}

/**
 * The reports of one window, still without stamp and signature.
 *
 * @param mostSubjects - entries refuse more subjects per window; what accuses goes first
 */
export function draftsOf(observations: readonly Observation[], mostSubjects: number, rng: Rng): OutboxItem[] {
  return observations
    .filter(({ counts, cuts }) => cuts.length > 0 || dimensionNames.some(dimension => total(counts[dimension] ?? { ok: 0, bad: 0 }) > 0))
    .toSorted((a, b) => b.cuts.length - a.cuts.length || badCount(b) - badCount(a))
    .slice(0, mostSubjects)
    .map(observation => draftOf(observation, rng))
}

function draftOf({ subject, window, counts, cuts }: Observation, rng: Rng): OutboxItem {
  const observations = dimensionNames.flatMap(name => {
    const seen = counts[name]
    return seen == null || total(seen) === 0 ? [] : [{ dimension: DIMENSIONS[name], ...capped(seen, OBSERVATIONS_MOST, rng()) }]
  })
  const report = { subject: peerIdBytes(subject), window, observations, cuts: cuts.map(name => DIMENSIONS[name]) }
  return { key: outboxKey(window, subject), subject, window, isDraft: true, bytes: messages.report.encode(report as never) }
}

/** Puts in the stamp and signs. The result is written before it is sent, so that every sending has the same bytes. */
export async function signDraft(draft: OutboxItem, stamp: Uint8Array, signer: Signer): Promise<OutboxItem> {
  const report = messages.report.decode(draft.bytes)
  const bytes = await signer.sign('report', messages.report.encode({ ...report, stamp: stamp as Uint8Array<ArrayBuffer> }))
  return { ...draft, isDraft: false, bytes }
}
