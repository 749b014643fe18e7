import { BoundedMap, concerns, groupCommit } from '@peerwatch/model'
import { listeners, ServicesError } from '@peerwatch/link'
import { checkpoints } from './checkpoint.ts'
import { forgivenThrough, oldestCounting, recall } from './recall.ts'
import { isSignedByAuthor, toldOutcome } from './tree-record.ts'
import type { KeptAccount } from '@peerwatch/reputation'
import type { Pseudonym, RecordName, RecordOutcome, RecordQuery, RecordStore, Report, StoredRecord, StoredSummary } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Checkpoints } from './checkpoint.ts'
import type { StampBook } from '../entry/stamps.ts'
import type { MemberClocks } from './member-clocks.ts'
import type { LedgerRecord, RecordParser, ReportRecord, TreeRecord, WriteOutcome } from './tree-record.ts'

/** What this node takes in as a candidate, whoever sends it. */
export interface Shelf {
  /**
   * Resolves once the record is durable here, or refused. Rejects if the store failed, or if too few clocks are known: then the node may acknowledge
   * nothing.
   *
   * The owner and the copies check the author's signature alike. A copy that took another node's word for it could hold a second report against a
   * reporter that wrote only one.
   */
  readonly put: (record: TreeRecord) => Promise<WriteOutcome>
  /** What this node itself has against a record, whoever is to keep it. No clock makes it `refused`. */
  readonly objection: (record: TreeRecord) => Promise<'refused' | 'expired' | undefined>
  /** Removes exactly these records, which others hold. Listeners forget their subjects. Resolves with how many there were. */
  readonly drop: (records: readonly RecordName[]) => Promise<number>
  /** Hands over what the stored records come to that can still count. Nothing is put meanwhile. */
  readonly fold: () => Promise<void>
  /** After an erasure, hands over again what is left of a peer in later epochs. */
  readonly refold: (peer: Pseudonym, fromEpoch: number) => Promise<void>
  /** Hands over what is left of expired epochs, and was not here before. */
  readonly tellSummed: (accounts: readonly KeptAccount[]) => void
  /** Listeners forget these subjects, and hear again what is stored about them. */
  readonly recount: (subjects: ReadonlySet<Pseudonym>) => Promise<void>
  /** Why the last write failed; undefined where it did not. */
  readonly failure: () => string | undefined
  /** Each report as it is stored. */
  readonly onReport: (listener: ReportListener) => () => void
  /** At a start: what those come to that were stored before, older ones first. */
  readonly onRecalled: (listener: RecalledListener) => () => void
  readonly onFinding: (listener: FindingListener) => () => void
  readonly onDropped: (listener: DroppedListener) => () => void
  readonly onLedger: (listener: LedgerListener) => () => void
}

/** `conflict`: the reporter signed another report on the same subject and window, so neither counts. */
export type ReportListener = (report: Report, conflict: boolean) => void
export type RecalledListener = (accounts: readonly KeptAccount[]) => void
export type FindingListener = (encoded: Uint8Array) => void
/** Called with the subjects whose records this node holds no longer. */
export type DroppedListener = (subjects: ReadonlySet<Pseudonym>) => void
export type LedgerListener = (record: LedgerRecord) => void

const STORE_BATCH_RECORDS = 512
const STORE_BATCH_BYTES = 1024 * 1024
const QUEUED_MOST = 16_384
/** Of one peer, while what is left of it is told again. */
const REMEMBERED_REPORTS = 50_000
const LAST_EPOCH = 0xffff_ffff
/** A record may be so many windows ahead here. An entry allows less, since the clocks of trusted nodes differ too. */
const FUTURE_WINDOWS = 5

export function shelf(
  core: Core,
  store: RecordStore,
  stamps: StampBook,
  clocks: Pick<MemberClocks, 'span'>,
  parser: Pick<RecordParser, 'stored' | 'message' | 'summary'>
): Shelf {
  const reports = listeners<Parameters<ReportListener>>()
  const recalled = listeners<Parameters<RecalledListener>>()
  const findings = listeners<Parameters<FindingListener>>()
  const dropped = listeners<Parameters<DroppedListener>>()
  const ledgers = listeners<Parameters<LedgerListener>>()
  const kept = tellingStore(core, store)
  /** What was told since somebody began to read it again, so that it is told once. */
  let idOf: BoundedMap<string, string> | undefined
  let readingCount = 0
  const writes = groupCommit<StoredRecord, RecordOutcome>({
    mostItems: STORE_BATCH_RECORDS,
    mostWeight: STORE_BATCH_BYTES,
    weightOf: ({ payload }) => payload.byteLength,
    concurrency: 1,
    mostQueued: QUEUED_MOST,
    full: queuedCount => new ServicesError('busy', `${queuedCount} records wait`),
    soon: setImmediate,
    commit: kept.write
  })
  const announceReport = (record: ReportRecord, isKnownConflict: boolean): void => {
    const { stored, author, observation } = record
    const stamp = stamps.read(record.stamp)
    if (stamp == null) return
    const key = keyOf(stored)
    const other = idOf?.get(key)
    if (other === stored.id && !isKnownConflict) return
    idOf?.set(key, stored.id)
    const conflict = isKnownConflict || other != null
    reports.tell({ reporter: author, group: stamp.group, ...observation }, conflict)
  }
  const announce = (record: TreeRecord, isKnownConflict: boolean): void => {
    try {
      if (record.kind === 'report') announceReport(record, isKnownConflict)
      else if (record.kind === 'finding') findings.tell(record.stored.payload)
      else ledgers.tell(record)
    } catch (error) {
      core.log.error('a listener failed on a %s: %e', record.kind, error)
    }
  }
  const making = checkpoints(core, stamps, parser)
  const telling = summed(core, { store, making, parser, tell: recalled.tell, forget: dropped.tell })
  const isAuthentic = authenticity(core, stamps)
  const isAhead = ({ stored }: TreeRecord): boolean => stored.window > (clocks.span()?.latest ?? core.windows.now().window) + FUTURE_WINDOWS
  return {
    objection: async record => {
      if (!(await isAuthentic(record))) return 'refused'
      return record.stored.epoch <= store.floorOf(record.stored) ? 'expired' : undefined
    },
    put: async record => {
      if (isAhead(record)) {
        core.emit('time:limited', { bound: 'ahead' })
        // by its own clock alone a node refuses nothing: whoever has the record tries again
        if (clocks.span() == null) throw new ServicesError('busy', 'too few clocks were heard to tell whether a record is ahead')
        return 'refused'
      }
      if (!(await isAuthentic(record))) return 'refused'
      const outcome = await writes.push(record.stored)
      if (outcome !== 'known' && outcome !== 'expired') announce(record, outcome !== 'stored')
      return toldOutcome(outcome)
    },
    drop: async records => {
      const count = await store.remove(records)
      // before anything of them that is written again is announced
      for (const record of records) idOf?.delete(keyOf(record))
      await telling.lose(new Set(records.map(({ subject }) => subject)))
      return count
    },
    fold: async () => {
      await telling.tellSummaries({ fromEpoch: oldestCounting(core), toEpoch: LAST_EPOCH })
      await recall(core, store, making, ({ accounts, others }) => {
        recalled.tell(accounts)
        for (const record of others) announce(record, false)
      })
    },
    refold: async (peer, fromEpoch) => {
      idOf ??= new BoundedMap(REMEMBERED_REPORTS)
      readingCount++
      try {
        await telling.tellSummaries({ fromEpoch, toEpoch: LAST_EPOCH }, summary => concerns(summary, peer))
        for await (const stored of store.read({ fromEpoch, toEpoch: LAST_EPOCH })) if (concerns(stored, peer)) announce(parser.stored(stored), false)
      } finally {
        if (--readingCount === 0) idOf = undefined
      }
    },
    ...telling.open,
    failure: kept.failure,
    onReport: reports.add,
    onRecalled: recalled.add,
    onFinding: findings.add,
    onDropped: dropped.add,
    onLedger: ledgers.add
  }
}

interface SummedInit {
  readonly store: Pick<RecordStore, 'floor' | 'summariesFrom' | 'summaries' | 'read'>
  readonly making: Checkpoints
  readonly parser: Pick<RecordParser, 'summary'>
  readonly tell: RecalledListener
  readonly forget: DroppedListener
}

/** Tells what is left of expired epochs, except of peers that were reinstated since. */
function summed(core: Core, { store, making, parser, tell, forget }: SummedInit) {
  const isCounting = ({ subject, window }: Pick<Report, 'subject' | 'window'>): boolean => window > forgivenThrough(core, subject)
  const tellSummed: Shelf['tellSummed'] = accounts => {
    const counting = accounts.filter(({ subject, newestWindow }) => isCounting({ subject, window: newestWindow }))
    if (counting.length > 0) tell(counting)
  }
  const tellSummaries = async (query: RecordQuery, isMeant: (summary: StoredSummary) => boolean = () => true): Promise<void> => {
    for await (const summary of store.summaries(query)) {
      if (!isMeant(summary)) continue
      try {
        tellSummed([parser.summary.read(summary.bytes).account])
      } catch (error) {
        core.log.error('a summary of epoch %d cannot be read: %e', summary.epoch, error)
      }
    }
  }
  const about = (subject: Pseudonym): RecordQuery => ({ fromEpoch: oldestCounting(core), toEpoch: LAST_EPOCH, subject })
  /** Their records are gone, but not what is left of earlier ones: it counts when the range comes back. */
  const lose: Shelf['recount'] = async subjects => {
    forget(subjects)
    if (store.summariesFrom() <= store.floor()) for (const subject of subjects) await tellSummaries(about(subject))
  }
  const recount: Shelf['recount'] = async subjects => {
    await lose(subjects)
    for (const subject of subjects) tellSummed((await making.of(store.read(about(subject)), isCounting)).accounts)
  }
  return { open: { tellSummed, recount }, tellSummaries, lose }
}

/** Writes to the store, and tells by one alarm that it takes nothing, for as long as it does. */
function tellingStore(core: Core, store: RecordStore): Pick<RecordStore, 'write'> & Pick<Shelf, 'failure'> {
  let failure: string | undefined
  return {
    failure: () => failure,
    write: async records => {
      try {
        const outcomes = await store.write(records)
        failure = undefined
        return outcomes
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        // whoever writes tries again: each failure would be told
        if (failure == null) core.emit('alarm', { code: 'not-stored', message: `no record can be stored: ${message}` })
        failure = message
        throw error
      }
    }
  }
}

/** Whether the author signed a record, and may write such a one. */
function authenticity({ network, roster }: Pick<Core, 'network' | 'roster'>, stamps: StampBook): (record: TreeRecord) => Promise<boolean> {
  return async record => {
    const isSigned = async (): Promise<boolean> => isSignedByAuthor(record, network.id)
    if (record.kind !== 'report') return roster.isTrusted(record.author) && isSigned()
    const found = stamps.check(record.stamp, record.stored.window)
    const stamp = found instanceof Promise ? await found : found
    if (stamp == null || stamp === 'unknown-seed' || stamp.peer !== record.author || record.subject === record.author) return false
    return isSigned()
  }
}

function keyOf({ author, subject, window }: RecordName): string {
  return `${author}${subject}${window}`
}
