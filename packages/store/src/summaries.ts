import { storeClosed } from './errors.ts'
import { readSummaries } from './read-records.ts'
import { summaryKey } from './record-key.ts'
import type { RecordStore } from '@peerwatch/model'
import type { Database } from './database.ts'
import type { Floors } from './floors.ts'
import type { Sealer } from './sealing.ts'

export interface SummariesInit {
  readonly database: Database
  readonly seals: Sealer
  readonly floors: Floors
  readonly where: string
  /** Runs a task while nothing is written. */
  readonly alone: <A>(task: () => Promise<A>) => Promise<A>
  readonly isClosing: () => boolean
}

/** What is left of epochs whose records have expired. They lie behind all records, so no read of records comes by them. */
export function summaries({
  database,
  seals,
  floors,
  where,
  alone,
  isClosing
}: SummariesInit): Pick<RecordStore, 'summaries' | 'summariesFrom' | 'writeSummaries'> {
  return {
    summariesFrom: () => floors.summaries() + 1,
    writeSummaries: async written => {
      if (isClosing()) throw storeClosed()
      const puts = written.map(summary => ({ key: summaryKey(summary), bytes: summary.bytes }))
      return alone(async () => {
        await database.ready()
        const areKept = written.map(summary => summary.epoch > floors.ofSummary(summary))
        const kept = puts.filter((_, index) => areKept[index])
        if (kept.length > 0) await database.write(kept.map(({ key, bytes }) => ({ type: 'put', key, value: seals.seal(key, bytes) })))
        return areKept
      })
    },
    summaries: query => readSummaries(query, floors, database, seals, where)
  }
}
