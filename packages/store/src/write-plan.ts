import { twoSmallest } from './two-smallest.ts'
import { idOf, indexKey, keyIn, slotBounds, slotOf } from './record-key.ts'
import type { RecordOutcome } from '@peerwatch/model'
import type { AbsenceFilter } from './absence-filter.ts'
import type { Database, Operation } from './database.ts'
import type { Sealer } from './sealing.ts'

export interface Offered {
  readonly epoch: number
  readonly key: Buffer
  readonly payload: Uint8Array
}

export interface WritePlan {
  readonly operations: Operation[]
  /** One per offered record. */
  readonly outcomes: RecordOutcome[]
}

const LOOKUPS_AT_ONCE = 64
const EMPTY = Buffer.alloc(0)

/** What one batch must do so that of every slot the two smallest ids remain. */
export async function planWrite(offered: readonly Offered[], floor: number, database: Database, filter: AbsenceFilter, seals: Sealer): Promise<WritePlan> {
  const outcomes = Array.from<RecordOutcome>({ length: offered.length }).fill('expired')
  const slots = slotsOf(offered, floor)
  await loadEpochs(offered, floor, database, filter)
  const stored = await idsOnDisk(slots, offered, database, filter)
  const operations: Operation[] = []

  for (const [slot, indices] of slots) {
    const [only] = indices
    const onDisk = stored.get(slot) ?? []
    const ids = indices.map(index => idOf(offered[index]!.key))
    if (onDisk.length === 0 && indices.length === 1 && only != null) {
      outcomes[only] = 'stored'
      put(operations, offered[only]!, filter, seals)
      continue
    }
    const settled = twoSmallest(onDisk, ids)
    for (const [at, index] of indices.entries()) outcomes[index] = settled.outcomes[at]!
    for (const id of settled.put) put(operations, offered[indices[ids.indexOf(id)]!]!, filter, seals)
    for (const id of settled.remove) operations.push({ type: 'del', key: keyIn(slot, id) })
  }
  return { operations, outcomes }
}

function slotsOf(offered: readonly Offered[], floor: number): Map<string, number[]> {
  const slots = new Map<string, number[]>()
  for (const [index, { epoch, key }] of offered.entries()) {
    if (epoch <= floor) continue
    const slot = slotOf(key)
    const found = slots.get(slot)
    if (found == null) slots.set(slot, [index])
    else found.push(index)
  }
  return slots
}

async function loadEpochs(offered: readonly Offered[], floor: number, database: Database, filter: AbsenceFilter): Promise<void> {
  const epochs = new Set<number>()
  for (const { epoch } of offered) if (epoch > floor) epochs.add(epoch)
  for (const epoch of epochs) await filter.load(epoch, bounds => database.keys(bounds))
}

async function idsOnDisk(
  slots: ReadonlyMap<string, readonly number[]>,
  offered: readonly Offered[],
  database: Database,
  filter: AbsenceFilter
): Promise<Map<string, string[]>> {
  const stored = new Map<string, string[]>()
  const asked: string[] = []
  for (const [slot, [first]] of slots) {
    const { epoch, key } = offered[first!]!
    if (filter.mayHave(epoch, key)) asked.push(slot)
  }
  for (let from = 0; from < asked.length; from += LOOKUPS_AT_ONCE) {
    await Promise.all(
      asked.slice(from, from + LOOKUPS_AT_ONCE).map(async slot => {
        const ids: string[] = []
        for await (const key of database.keys(slotBounds(slot))) ids.push(idOf(key))
        stored.set(slot, ids)
      })
    )
  }
  return stored
}

function put(operations: Operation[], { epoch, key, payload }: Offered, filter: AbsenceFilter, seals: Sealer): void {
  filter.add(epoch, key)
  operations.push({ type: 'put', key, value: seals.seal(key, payload) })
  const index = indexKey(key)
  if (index != null) operations.push({ type: 'put', key: index, value: EMPTY })
}
