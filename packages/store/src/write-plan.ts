import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { keeperOf } from './keeping.ts'
import { newestKey, slotBounds } from './record-key.ts'
import type { Concerned, RecordOutcome } from '@peerwatch/model'
import type { AbsenceFilter } from './absence-filter.ts'
import type { Database, Operation } from './database.ts'
import type { Floors } from './floors.ts'
import type { Keeper } from './keeping.ts'
import type { Sealer } from './sealing.ts'

export interface Offered {
  readonly epoch: number
  readonly names: Concerned
  readonly key: Buffer
  readonly payload: Uint8Array
}

export interface WritePlan {
  readonly operations: Operation[]
  /** One per offered record. */
  readonly outcomes: RecordOutcome[]
}

const LOOKUPS_AT_ONCE = 64
/** The outcome of nearly every record. */
const ALONE: readonly RecordOutcome[] = ['stored']

interface Slot {
  readonly keeper: Keeper
  /** Where its records stand among those that are offered. */
  readonly indices: number[]
}

/** Plans one batch, after which each slot has the records that its kind keeps. */
export async function planWrite(
  offered: readonly Offered[],
  floors: Pick<Floors, 'of'>,
  database: Database,
  filter: AbsenceFilter,
  seals: Sealer
): Promise<WritePlan> {
  const outcomes = Array.from<RecordOutcome>({ length: offered.length }).fill('expired')
  const slots = slotsOf(offered, floors)
  await loadEpochs(offered, slots, database, filter)
  const stored = await marksOnDisk(slots, offered, database, filter, seals)
  const operations: Operation[] = []

  for (const [slot, { keeper, indices }] of slots) {
    const marks = indices.map(index => keeper.mark(offered[index]!.key))
    const onDisk = stored.get(slot) ?? []
    const isAlone = onDisk.length === 0 && marks.length === 1
    const settled = isAlone ? { put: marks, remove: [], outcomes: ALONE } : keeper.settle(onDisk, marks)
    for (const [at, index] of indices.entries()) outcomes[index] = settled.outcomes[at]!
    for (const mark of settled.put) {
      put(operations, offered[indices[marks.indexOf(mark)]!]!, filter, seals)
      if (keeper.keeps === 'newest') operations.push(newestOperation(slot, mark, seals))
    }
    for (const mark of settled.remove) operations.push({ type: 'del', key: keeper.key(slot, mark) })
  }
  return { operations, outcomes }
}

function slotsOf(offered: readonly Offered[], floors: Pick<Floors, 'of'>): Map<string, Slot> {
  const slots = new Map<string, Slot>()
  for (const [index, { epoch, names, key }] of offered.entries()) {
    if (epoch <= floors.of(names)) continue
    const keeper = keeperOf(key)
    const slot = keeper.slot(key)
    const found = slots.get(slot)
    if (found == null) slots.set(slot, { keeper, indices: [index] })
    else found.indices.push(index)
  }
  return slots
}

async function loadEpochs(offered: readonly Offered[], slots: ReadonlyMap<string, Slot>, database: Database, filter: AbsenceFilter): Promise<void> {
  const epochs = new Set<number>()
  for (const { indices } of slots.values()) epochs.add(offered[indices[0]!]!.epoch)
  for (const epoch of epochs) await filter.load(epoch, bounds => database.keys(bounds))
}

async function marksOnDisk(
  slots: ReadonlyMap<string, Slot>,
  offered: readonly Offered[],
  database: Database,
  filter: AbsenceFilter,
  seals: Sealer
): Promise<Map<string, string[]>> {
  const stored = new Map<string, string[]>()
  const asked: [slot: string, keeper: Keeper][] = []
  for (const [slot, { keeper, indices }] of slots) {
    const { epoch, key } = offered[indices[0]!]!
    if (keeper.keeps === 'newest' || filter.mayHave(epoch, key)) asked.push([slot, keeper])
  }
  for (let from = 0; from < asked.length; from += LOOKUPS_AT_ONCE) {
    await Promise.all(
      asked.slice(from, from + LOOKUPS_AT_ONCE).map(async ([slot, keeper]) => {
        stored.set(slot, keeper.keeps === 'newest' ? await newestOnDisk(slot, database, seals) : await marksIn(slot, keeper, database))
      })
    )
  }
  return stored
}

async function marksIn(slot: string, keeper: Keeper, database: Database): Promise<string[]> {
  const marks: string[] = []
  for await (const key of database.keys(slotBounds(slot))) marks.push(keeper.mark(key))
  return marks
}

async function newestOnDisk(slot: string, database: Database, seals: Sealer): Promise<string[]> {
  const key = newestKey(slot)
  const sealed = await database.get(key)
  if (sealed == null) return []
  const mark = seals.open(key, sealed)
  if (mark == null) throw new StoreError('corrupt', `the newest record of a slot was altered: expected what this node sealed; ${CORRUPT_ADVICE}`)
  return [mark.toString('latin1')]
}

function newestOperation(slot: string, mark: string, seals: Sealer): Operation {
  const key = newestKey(slot)
  return { type: 'put', key, value: seals.seal(key, Buffer.from(mark, 'latin1')) }
}

function put(operations: Operation[], { epoch, key, payload }: Offered, filter: AbsenceFilter, seals: Sealer): void {
  filter.add(epoch, key)
  operations.push({ type: 'put', key, value: seals.seal(key, payload) })
}
