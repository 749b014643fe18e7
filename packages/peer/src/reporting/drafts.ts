import { OBSERVATIONS_MOST, capped, total } from '@peerwatch/model'
import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '@peerwatch/link'
import { outboxKey } from './outbox.ts'
import type { DimensionTable, Observation, Rng } from '@peerwatch/model'
import type { Core, Signer } from '@peerwatch/link'
import type { OutboxItem } from './outbox.ts'

/** The reports of one window, still without stamp and signature; the observer has seen to it that there are not too many. */
export function draftsOf(observations: readonly Observation[], { dimensions, rng }: Pick<Core, 'dimensions' | 'rng'>): OutboxItem[] {
  return observations
    .filter(({ counts, cuts }) => cuts.length > 0 || dimensions.names.some(dimension => total(counts[dimension] ?? { ok: 0, bad: 0 }) > 0))
    .map(observation => draftOf(observation, dimensions, rng))
}

function draftOf({ subject, window, counts, cuts }: Observation, dimensions: DimensionTable, rng: Rng): OutboxItem {
  const observations = dimensions.rows.flatMap(({ name, number }) => {
    const seen = counts[name]
    return seen == null || total(seen) === 0 ? [] : [{ dimension: number, ...capped(seen, OBSERVATIONS_MOST, rng()) }]
  })
  const report = { subject: peerIdBytes(subject), window, observations, cuts: cuts.map(name => dimensions.row(name).number) }
  return { key: outboxKey(window, subject), subject, window, isDraft: true, bytes: messages.report.encode(report) }
}

/** Puts in the stamp and signs. The result is written before it is sent, so that every sending has the same bytes. */
export async function signDraft(draft: OutboxItem, stamp: Uint8Array, signer: Signer): Promise<OutboxItem> {
  const report = messages.report.decode(draft.bytes)
  const bytes = await signer.sign('report', messages.report.encode({ ...report, stamp }))
  return { ...draft, isDraft: false, bytes }
}
