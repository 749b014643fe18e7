import { fingerprintOf } from '@peerwatch/model'
import { storeClosed } from '../errors.ts'
import { keeperOf } from '../keeping.ts'
import { floors as floorsFrom, NO_FLOOR } from '../floors.ts'
import { isWithin, placeRanges } from '../read-records.ts'
import { recordKey, summaryKey } from '../record-key.ts'
import { concerns, placesOfPart } from '@peerwatch/model'
import type { EpochPart, Pseudonym, RecordName, RecordOutcome, RecordQuery, RecordStore, StoredRecord, StoredSummary } from '@peerwatch/model'
import type { Floors } from '../floors.ts'
import type { Keeper } from '../keeping.ts'

interface Held {
  readonly key: Buffer
  readonly record: StoredRecord
}

/** Of one slot, by mark. */
interface Slot {
  readonly keeper: Keeper
  readonly held: Map<string, Held>
}

function nameOf(epoch: number, part: EpochPart): string {
  return `${epoch}/${part}`
}

/** Keeps what was made of parts, and knows of which parts something is being made. */
function memoryCheckpoints(floor: () => number, read: RecordStore['read']) {
  const kept = new Map<string, { readonly epoch: number; readonly part: EpochPart; readonly form: string; readonly bytes: Uint8Array }>()
  const making = new Map<string, object>()
  const checkpoint: RecordStore['checkpoint'] = async (epoch, parts, { form, make }) => {
    const lacking = parts.filter(part => kept.get(nameOf(epoch, part))?.form !== form)
    const mine = {}
    for (const part of lacking) making.set(nameOf(epoch, part), mine)
    let count = 0
    for (const part of lacking) {
      const name = nameOf(epoch, part)
      const bytes = await make(read({ fromEpoch: epoch, toEpoch: epoch, ...placesOfPart(part) }))
      if (making.get(name) !== mine || epoch <= floor()) continue
      making.delete(name)
      kept.set(name, { epoch, part, form, bytes })
      count++
    }
    return count
  }
  const all: RecordStore['checkpoints'] = async function* (epoch, form) {
    const found = [...kept.values()].filter(each => each.epoch === epoch && each.form === form && epoch > floor())
    for (const { part, bytes } of found.toSorted((a, b) => a.part - b.part)) yield { part, bytes }
  }
  return {
    checkpoint,
    checkpoints: all,
    changed: ({ epoch, place }: Pick<RecordName, 'epoch' | 'place'>): void => {
      const name = nameOf(epoch, Number.parseInt(place.slice(0, 2), 16))
      kept.delete(name)
      making.delete(name)
    }
  }
}

function memorySummaries(floors: Floors, check: () => void) {
  const held = new Map<string, StoredSummary>()
  const read: RecordStore['summaries'] = async function* ({ fromEpoch, toEpoch, fromPlace, toPlace, subject }) {
    const ranges = placeRanges(fromPlace, toPlace)
    for (const [, each] of [...held].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const { epoch, place } = each
      if (epoch < fromEpoch || epoch > Math.min(toEpoch, floors.all()) || epoch <= floors.ofSummary(each)) continue
      if ((subject == null || each.subject === subject) && isWithin(place, ranges)) yield { ...each, bytes: each.bytes.slice() }
    }
  }
  const writeSummaries: RecordStore['writeSummaries'] = async summaries => {
    check()
    return summaries.map(each => {
      const isKept = each.epoch > floors.ofSummary(each)
      if (isKept) held.set(summaryKey(each).toString('hex'), { ...each, bytes: each.bytes.slice() })
      return isKept
    })
  }
  return {
    store: { summaries: read, writeSummaries, summariesFrom: () => floors.summaries() + 1 },
    /** Returns how many there were. */
    remove: (isGone: (summary: StoredSummary) => boolean): number => {
      const gone = [...held].filter(([, each]) => isGone(each))
      for (const [key] of gone) held.delete(key)
      return gone.length
    },
    bytes: (): number => [...held].reduce((sum, [key, { bytes }]) => sum + key.length / 2 + bytes.length, 0)
  }
}

function slotsIn(epochs: Map<number, Map<string, Slot>>): (epoch: number, key: Buffer) => Slot {
  return (epoch, key) => {
    const slots = epochs.get(epoch) ?? new Map<string, Slot>()
    epochs.set(epoch, slots)
    const keeper = keeperOf(key)
    const name = keeper.slot(key)
    const slot = slots.get(name) ?? { keeper, held: new Map<string, Held>() }
    slots.set(name, slot)
    return slot
  }
}

/** The rules of a `RecordStore` with nothing on disk: for tests and for nodes that may forget. */
export function memoryRecordStore({ epochFloor = NO_FLOOR }: { epochFloor?: number } = {}): RecordStore {
  /** Per epoch. */
  const epochs = new Map<number, Map<string, Slot>>()
  const floors = floorsFrom({ all: epochFloor, summaries: epochFloor })
  let closed = false

  function check(): void {
    if (closed) throw storeClosed()
  }

  const slotOf = slotsIn(epochs)

  /** In the order of reading. */
  function* found({ fromEpoch, toEpoch, fromPlace, toPlace, subject }: RecordQuery): Generator<StoredRecord> {
    check()
    const ranges = placeRanges(fromPlace, toPlace)
    for (const epoch of [...epochs.keys()].toSorted((a, b) => a - b)) {
      if (epoch < fromEpoch || epoch > toEpoch || epoch <= floors.all()) continue
      const inEpoch = [...(epochs.get(epoch)?.values() ?? [])]
        .flatMap(({ held }) => [...held.values()])
        .filter(({ record }) => (subject == null || record.subject === subject) && isWithin(record.place, ranges))
      for (const { record } of inEpoch.toSorted((a, b) => a.key.compare(b.key))) {
        check()
        if (record.epoch > floors.of(record)) yield record
      }
    }
  }

  const read: RecordStore['read'] = async function* (query) {
    for (const record of found(query)) yield copied(record)
  }
  const made = memoryCheckpoints(floors.all, read)
  const summed = memorySummaries(floors, check)

  return {
    write: async records => {
      check()
      const offered = new Map<Slot, { key: Buffer; index: number }[]>()
      for (const [index, record] of records.entries()) {
        if (record.epoch <= floors.of(record)) continue
        const key = recordKey(record)
        const slot = slotOf(record.epoch, key)
        offered.set(slot, [...(offered.get(slot) ?? []), { key, index }])
      }
      const outcomes = records.map((): RecordOutcome => 'expired')
      for (const [{ keeper, held }, all] of offered) {
        const marks = all.map(({ key }) => keeper.mark(key))
        const settled = keeper.settle([...held.keys()], marks)
        for (const [at, { index }] of all.entries()) outcomes[index] = settled.outcomes[at]!
        for (const mark of settled.remove) held.delete(mark)
        for (const mark of settled.put) {
          const { key, index } = all[marks.indexOf(mark)]!
          held.set(mark, { key, record: copied(records[index]!) })
          made.changed(records[index]!)
        }
      }
      return outcomes
    },
    read,
    names: async function* (query) {
      for (const { payload: _payload, ...name } of found(query)) yield name
    },
    fingerprint: async query => fingerprintOf([...found(query)].map(({ id }) => id)),
    remove: async records => {
      check()
      const removed = records.filter(record => isRemoved(record, slotOf))
      for (const record of removed) made.changed(record)
      return removed.length
    },
    raiseFloor: async (raised, summariesFrom = raised + 1) => {
      check()
      floors.raise(raised, summariesFrom - 1)
      for (const epoch of epochs.keys()) if (epoch <= floors.all()) epochs.delete(epoch)
      summed.remove(({ epoch }) => epoch <= floors.summaries())
    },
    floor: floors.all,
    ...summed.store,
    erase: async (peer, upToEpoch) => {
      check()
      floors.erase(peer, upToEpoch)
      const summariesCount = summed.remove(summary => summary.epoch <= upToEpoch && concerns(summary, peer))
      return { removed: Promise.resolve(countErased(epochs, peer, upToEpoch, made.changed) + summariesCount) }
    },
    floorOf: floors.of,
    checkpoint: made.checkpoint,
    checkpoints: made.checkpoints,
    sizeBytes: async () => {
      check()
      return summed.bytes() + bytesIn(epochs)
    },
    oldestEpoch: async () => {
      check()
      return found({ fromEpoch: 0, toEpoch: Infinity }).next().value?.epoch
    },
    close: async () => {
      closed = true
    }
  }
}

function bytesIn(epochs: ReadonlyMap<number, ReadonlyMap<string, Slot>>): number {
  let bytes = 0
  for (const slots of epochs.values())
    for (const { held } of slots.values()) for (const { key, record } of held.values()) bytes += key.length + record.payload.length
  return bytes
}

function countErased(epochs: Map<number, Map<string, Slot>>, peer: Pseudonym, upToEpoch: number, changed: (record: RecordName) => void): number {
  let count = 0
  for (const [epoch, slots] of epochs) {
    if (epoch > upToEpoch) continue
    for (const [name, { held }] of slots) {
      const [first] = held.values()
      if (first == null || !concerns(first.record, peer)) continue
      count += held.size
      changed(first.record)
      slots.delete(name)
    }
    if (slots.size === 0) epochs.delete(epoch)
  }
  return count
}

function isRemoved(record: RecordName, slotOf: (epoch: number, key: Buffer) => Slot): boolean {
  const key = recordKey(record)
  const { keeper, held } = slotOf(record.epoch, key)
  return held.delete(keeper.mark(key))
}

/** As from a disk: nobody shares the bytes. */
function copied(record: StoredRecord): StoredRecord {
  return { ...record, payload: record.payload.slice() }
}
