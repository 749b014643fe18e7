import { placesOfPart } from '@peerwatch/model'
import { checkpointBounds, checkpointKey, countedIn, partIn } from './record-key.ts'
import type { EpochPart, RecordQuery, RecordStore, StoredRecord } from '@peerwatch/model'
import type { Database, Operation } from './database.ts'
import type { Floors } from './floors.ts'
import type { Sealer } from './sealing.ts'

export interface CheckpointsInit {
  readonly database: Database
  readonly seals: Sealer
  readonly floors: Floors
  /** Runs a task while nothing is written. */
  readonly alone: <A>(task: () => Promise<A>) => Promise<A>
  /** Writes in one batch; while nothing else is written. */
  readonly write: (operations: readonly Operation[]) => Promise<void>
  readonly read: (query: RecordQuery) => AsyncIterable<StoredRecord>
}

/** Keeps what was made of the records of a part exactly as long as these records: the batch that changes a record removes the checkpoint. */
export interface Checkpoints extends Pick<RecordStore, 'checkpoint' | 'checkpoints'> {
  /** Writes these operations in one batch, and removes in it what they make untrue; while nothing else is written. */
  readonly write: (operations: readonly Operation[]) => Promise<void>
  /** Forgets what it remembers, which may differ from what is on disk. */
  readonly clear: () => void
}

export function checkpoints({ database, seals, floors, alone, write, read }: CheckpointsInit): Checkpoints {
  /** The checkpoints on disk, by epoch and part. False: of another form, or altered. */
  const onDisk = new Map<number, Map<number, boolean>>()
  /** Of which parts something is being made, until they change. */
  const making = new Map<string, object>()

  const load = async (epoch: number): Promise<Map<number, boolean>> => {
    const parts = new Map<number, boolean>()
    for await (const key of database.keys(checkpointBounds(epoch))) parts.set(partIn(key), true)
    const known = onDisk.get(epoch) ?? parts
    onDisk.set(epoch, known)
    return known
  }
  const partsOf = async (epoch: number): Promise<Map<number, boolean>> => onDisk.get(epoch) ?? load(epoch)

  return {
    write: async operations => {
      const untrue: Operation[] = []
      for (const { key } of operations) {
        const at = countedIn(key)
        const parts = at && (onDisk.get(at.epoch) ?? (await load(at.epoch)))
        if (at != null && parts?.delete(at.part) === true) untrue.push({ type: 'del', key: checkpointKey(at.epoch, at.part) })
      }
      await write(untrue.length === 0 ? operations : [...operations, ...untrue])
      // not before: what is made from now on is made of what was written
      for (const { key } of making.size > 0 ? operations : []) {
        const at = countedIn(key)
        if (at != null) making.delete(nameOf(at.epoch, at.part))
      }
    },
    checkpoint: async (epoch, parts, { form, make }) => {
      const known = await partsOf(epoch)
      const lacking = parts.filter(part => known.get(part) !== true)
      const mine = {}
      for (const part of lacking) making.set(nameOf(epoch, part), mine)
      const isSame = (part: EpochPart): boolean => making.get(nameOf(epoch, part)) === mine
      try {
        const made = new Map<EpochPart, Uint8Array>()
        for (const part of lacking) made.set(part, await make(read({ fromEpoch: epoch, toEpoch: epoch, ...placesOfPart(part) })))
        return await alone(async () => {
          await database.ready()
          const kept = [...made].filter(([part]) => isSame(part))
          if (kept.length === 0 || epoch <= floors.all()) return 0
          const held = await partsOf(epoch)
          await database.write(kept.map(([part, bytes]) => put(epoch, part, Buffer.concat([formBytes(form), bytes]), seals)))
          for (const [part] of kept) held.set(part, true)
          return kept.length
        })
      } finally {
        for (const part of lacking) if (isSame(part)) making.delete(nameOf(epoch, part))
      }
    },
    checkpoints: async function* (epoch, form) {
      if (epoch <= floors.all()) return
      const start = formBytes(form)
      for await (const [key, sealed] of database.entries(checkpointBounds(epoch))) {
        const plain = seals.open(key, sealed)
        const part = partIn(key)
        if (plain?.subarray(0, start.length).equals(start) === true) yield { part, bytes: plain.subarray(start.length) }
        // made anew when there is time: it says nothing that the records do not
        else (await partsOf(epoch)).set(part, false)
      }
    },
    clear: () => {
      onDisk.clear()
      making.clear()
    }
  }
}

function nameOf(epoch: number, part: EpochPart): string {
  return `${epoch}/${part}`
}

function formBytes(form: string): Buffer {
  return Buffer.from(`${form}\n`)
}

function put(epoch: number, part: EpochPart, plain: Buffer, seals: Sealer): Operation {
  const key = checkpointKey(epoch, part)
  return { type: 'put', key, value: seals.seal(key, plain) }
}
