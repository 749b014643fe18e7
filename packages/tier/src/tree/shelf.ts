import { BoundedMap, groupCommit } from '@peerwatch/model'
import { isSignedBy, listeners, ServicesError } from '@peerwatch/link'
import type { RecordOutcome, RecordStore, Report, StoredRecord } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { StampBook } from '../entry/stamps.ts'
import type { MemberClocks } from './member-clocks.ts'
import type { ReportRecord, TreeRecord, WriteOutcome } from './tree-record.ts'

/** What this node takes in as a candidate, whoever sends it. */
export interface Shelf {
  /**
   * Resolves once the record is durable here, or refused. Owner and copies check the author's signature alike: a copy that took another node's
   * word for it would hold two reports of one reporter against it, of which it wrote one.
   * Rejects when the store failed: then nothing may be acknowledged.
   */
  readonly put: (record: TreeRecord) => Promise<WriteOutcome>
  /** What this node itself has against a record, whoever is to keep it; no clock makes it `refused`. */
  readonly objection: (record: TreeRecord) => Promise<'refused' | 'expired' | undefined>
  /** Hands over every record that is held already; before the node is reached by others. */
  readonly fold: (toEpoch: number) => Promise<number>
  readonly onReport: (listener: ReportListener) => () => void
  readonly onFinding: (listener: FindingListener) => () => void
}

/** `conflict`: its reporter signed another report on the same subject and window; neither counts. */
export type ReportListener = (report: Report, conflict: boolean) => void
export type FindingListener = (encoded: Uint8Array) => void

const STORE_BATCH_RECORDS = 512
const STORE_BATCH_BYTES = 1024 * 1024
const QUEUED_MOST = 16_384
const REMEMBERED_REPORTS = 50_000
/** Windows that a record may be ahead here: more than an entry allows, since clocks of trusted nodes differ too. */
const FUTURE_WINDOWS = 5

export function shelf(
  core: Core,
  store: RecordStore,
  stamps: StampBook,
  clocks: Pick<MemberClocks, 'span'>,
  parse: (stored: StoredRecord) => TreeRecord
): Shelf {
  const reports = listeners<Parameters<ReportListener>>()
  const findings = listeners<Parameters<FindingListener>>()
  const idOf = new BoundedMap<string, string>(REMEMBERED_REPORTS)
  const writes = groupCommit<StoredRecord, RecordOutcome>({
    mostItems: STORE_BATCH_RECORDS,
    mostWeight: STORE_BATCH_BYTES,
    weightOf: ({ payload }) => payload.byteLength,
    concurrency: 1,
    mostQueued: QUEUED_MOST,
    full: queuedCount => new ServicesError('busy', `${queuedCount} records wait`),
    soon: setImmediate,
    commit: async records => store.write(records)
  })
  const announceReport = (record: ReportRecord, isKnownConflict: boolean): void => {
    const { stored, author, observation } = record
    const stamp = stamps.read(record.stamp)
    if (stamp == null) return
    const key = `${stored.author}${stored.subject}${stored.window}`
    const other = idOf.get(key)
    // stored while the fold was under way
    if (other === stored.id && !isKnownConflict) return
    idOf.set(key, stored.id)
    const conflict = isKnownConflict || other != null
    reports.tell({ reporter: author, group: stamp.group, ...observation }, conflict)
  }
  const announce = (record: TreeRecord, isKnownConflict: boolean): void => {
    try {
      if (record.kind === 'report') announceReport(record, isKnownConflict)
      else findings.tell(record.stored.payload)
    } catch (error) {
      core.log.error('a listener failed on a %s: %e', record.kind, error)
    }
  }
  const isAuthentic = async (record: TreeRecord): Promise<boolean> => {
    const isSigned = async (): Promise<boolean> => isSignedBy(record.author, record.kind, core.network.id, record.payload, record.signature)
    if (record.kind === 'finding') return core.roster.isTrusted(record.author) && isSigned()
    const found = stamps.check(record.stamp, record.stored.window)
    const stamp = found instanceof Promise ? await found : found
    if (stamp == null || stamp === 'unknown-seed' || stamp.peer !== record.author || record.subject === record.author) return false
    return isSigned()
  }
  const isAhead = ({ stored }: TreeRecord): boolean => stored.window > (clocks.span()?.latest ?? core.windows.now().window) + FUTURE_WINDOWS
  return {
    objection: async record => {
      if (!(await isAuthentic(record))) return 'refused'
      return record.stored.epoch <= store.floor() ? 'expired' : undefined
    },
    put: async record => {
      if (isAhead(record)) {
        core.emit('time:limited', { bound: 'ahead' })
        return 'refused'
      }
      if (!(await isAuthentic(record))) return 'refused'
      const outcome = await writes.push(record.stored)
      if (outcome === 'stored' || outcome === 'conflict') announce(record, outcome === 'conflict')
      return outcome
    },
    fold: async toEpoch => {
      let count = 0
      for await (const stored of store.read({ fromEpoch: Math.max(0, store.floor()), toEpoch })) {
        count++
        try {
          announce(parse(stored), false)
        } catch (error) {
          core.log.error('record %s cannot be read: %e', stored.id, error)
        }
      }
      return count
    },
    onReport: reports.add,
    onFinding: findings.add
  }
}
