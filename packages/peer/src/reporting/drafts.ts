import { DIMENSIONS, OBSERVATIONS_MOST, capped, dimensionNames, total } from '@peerwatch/model'
import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '@peerwatch/link'
import { outboxKey } from './outbox.ts'
import type { Observation, Rng } from '@peerwatch/model'
import type { Signer } from '@peerwatch/link'
import type { OutboxItem } from './outbox.ts'

/** The reports of one window, still without stamp and signature; the observer has seen to it that there are not too many. */
export function draftsOf(observations: readonly Observation[], rng: Rng): OutboxItem[] {
  return observations
    .filter(({ counts, cuts }) => cuts.length > 0 || dimensionNames.some(dimension => total(counts[dimension] ?? { ok: 0, bad: 0 }) > 0))
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
