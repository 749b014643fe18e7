import { createHash } from 'node:crypto'
import { OBSERVATIONS_MOST, RECORD_KINDS } from '@peerwatch/model'
import { EvidenceBook, resolveOptions } from '@peerwatch/reputation'
import type { CheckpointMaking, DimensionTable, PeerIdString, Report, StoredRecord, WindowNumber } from '@peerwatch/model'
import type { KeptAccount } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { StampBook } from '../entry/stamps.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'

/** What the records of one part of an epoch come to, for whoever listens at a start. */
export interface Checkpoint {
  readonly accounts: readonly KeptAccount[]
  /** Findings and ledgers, as they are. */
  readonly others: readonly TreeRecord[]
}

export interface Checkpoints extends CheckpointMaking {
  /** The same as is read in what `make` made of these records; reports that do not count are left out. */
  readonly of: (records: AsyncIterable<StoredRecord>, counts?: (report: Report) => boolean) => Promise<Checkpoint>
  /** Throws for what `make` did not make. */
  readonly read: (bytes: Uint8Array) => Checkpoint
}

/** Changes with whatever `of` or `encoded` make of the same records. */
const VERSION = 1

export function checkpoints(
  { network, dimensions, log }: Pick<Core, 'network' | 'dimensions' | 'log'>,
  stamps: Pick<StampBook, 'read'>,
  parser: Pick<RecordParser, 'stored' | 'message'>
): Checkpoints {
  const { preset } = network.roster
  const options = resolveOptions(preset, { dimensions })
  const { keptWindows, okHalfLifeWindows, badHalfLifeWindows, mostSubjects, mostReportersPerSubject } = options
  const rules = [keptWindows, okHalfLifeWindows, badHalfLifeWindows, mostSubjects, mostReportersPerSubject, OBSERVATIONS_MOST, preset.epochWindows]
  const fitting = JSON.stringify([Buffer.from(network.id).toString('hex'), dimensions.names, rules])
  const parsed = (stored: StoredRecord): TreeRecord | undefined => {
    try {
      return parser.stored(stored)
    } catch (error) {
      log.error('record %s cannot be read: %e', stored.id, error)
      return undefined
    }
  }
  const of: Checkpoints['of'] = async (records, counts = () => true) => {
    const book = new EvidenceBook(options)
    const others: TreeRecord[] = []
    const groupOf = groups(stamps)
    let slot = ''
    for await (const stored of records) {
      const record = parsed(stored)
      if (record != null && record.kind !== 'report') others.push(record)
      const group = record?.kind === 'report' ? groupOf(record.stamp) : undefined
      if (record?.kind !== 'report' || group == null) continue
      const report: Report = { reporter: record.author, group, ...record.observation }
      if (!counts(report)) continue
      // of one slot they follow each other
      const own = `${stored.subject}${stored.window}${stored.author}`
      if (own === slot) book.retract(report.reporter, report.subject, report.window)
      else book.add(report, report.window)
      slot = own
    }
    return { accounts: book.accounts(), others }
  }
  return {
    form: `evidence ${VERSION} ${createHash('sha256').update(fitting).digest('hex')}`,
    make: async records => encoded(await of(records), dimensions),
    of,
    read: bytes => decoded(bytes, dimensions, parser)
  }
}

/** The same stamp is in many reports. */
function groups(stamps: Pick<StampBook, 'read'>): (stamp: Uint8Array) => string | undefined {
  const known = new Map<string, string | undefined>()
  return stamp => {
    const key = Buffer.from(stamp.buffer, stamp.byteOffset, stamp.byteLength).toString('latin1')
    if (!known.has(key)) known.set(key, stamps.read(stamp)?.group)
    return known.get(key)
  }
}

/** `ok` and `bad` of each dimension, and the cuts as bits; the window alone where the reporter contradicts itself. */
type WindowRow = readonly number[]

interface Encoded {
  readonly peers: readonly PeerIdString[]
  readonly groups: readonly string[]
  readonly accounts: readonly (readonly [
    subject: number,
    reporter: number,
    group: number,
    newestWindow: WindowNumber,
    folded: readonly (readonly [dimension: number, ok: number, bad: number, updatedWindow: WindowNumber])[],
    windows: readonly WindowRow[]
  ])[]
  readonly others: readonly (readonly [kind: number, payload: string])[]
}

/** Numbers each text once. */
function numbering<T extends string>(): { readonly all: T[]; readonly of: (text: T) => number } {
  const numbers = new Map<T, number>()
  const all: T[] = []
  return {
    all,
    of: text => {
      const known = numbers.get(text) ?? all.push(text) - 1
      numbers.set(text, known)
      return known
    }
  }
}

/** Nothing at all of a part that has no records. */
function encoded({ accounts, others }: Checkpoint, { names }: DimensionTable): Uint8Array {
  if (accounts.length === 0 && others.length === 0) return new Uint8Array()
  const peers = numbering<PeerIdString>()
  const groupNames = numbering()
  const rows = accounts.map(({ subject, reporter, group, newestWindow, folded, windows }): Encoded['accounts'][number] => [
    peers.of(subject),
    peers.of(reporter),
    groupNames.of(group),
    newestWindow,
    names.flatMap((name, index) => {
      const sum = folded[name]
      return sum == null ? [] : [[index, sum.ok, sum.bad, sum.updatedWindow] as const]
    }),
    windows.map(([window, kept]) => {
      if (kept === 'conflict') return [window]
      const cuts = kept.cuts.reduce((bits, cut) => bits | (1 << names.indexOf(cut)), 0)
      return [window, ...names.flatMap(name => [kept.counts[name]?.ok ?? 0, kept.counts[name]?.bad ?? 0]), cuts]
    })
  ])
  const text: Encoded = {
    peers: peers.all,
    groups: groupNames.all,
    accounts: rows,
    others: others.map(({ kind, stored }) => [RECORD_KINDS[kind], Buffer.from(stored.payload).toString('base64')])
  }
  return Buffer.from(JSON.stringify(text))
}

function decoded(bytes: Uint8Array, { names }: DimensionTable, { message }: Pick<RecordParser, 'message'>): Checkpoint {
  if (bytes.byteLength === 0) return { accounts: [], others: [] }
  const { peers, groups: groupNames, accounts, others } = JSON.parse(Buffer.from(bytes).toString()) as Encoded
  return {
    accounts: accounts.map(([subject, reporter, group, newestWindow, folded, windows]): KeptAccount => {
      return {
        subject: peers[subject]!,
        reporter: peers[reporter]!,
        group: groupNames[group]!,
        newestWindow,
        folded: Object.fromEntries(folded.map(([dimension, ok, bad, updatedWindow]) => [names[dimension]!, { ok, bad, updatedWindow }])),
        windows: windows.map(([window = 0, ...row]) => [window, row.length === 0 ? 'conflict' : keptOf(row, names)])
      }
    }),
    others: others.map(([kind, payload]) => message({ kind, subject: new Uint8Array(), payload: Buffer.from(payload, 'base64'), copy: false }))
  }
}

function keptOf(row: readonly number[], names: DimensionTable['names']) {
  const counts: Record<string, { ok: number; bad: number }> = {}
  for (const [index, name] of names.entries()) {
    const [ok = 0, bad = 0] = [row[2 * index], row[2 * index + 1]]
    if (ok + bad > 0) counts[name] = { ok, bad }
  }
  return { counts, cuts: names.filter((_, index) => (row.at(-1)! & (1 << index)) !== 0) }
}
