import { concerns, inOrder } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { keeperOf } from './keeping.ts'
import { countedIn, epochBounds, isEpoch, metaKey, nameFrom, newestKey, startingWith, summaryBounds, summaryFrom } from './record-key.ts'
import type { Concerned, Pseudonym } from '@peerwatch/model'
import type { Database, Operation } from './database.ts'
import type { Floors } from './floors.ts'
import type { Bounds } from './record-key.ts'
import type { Sealer } from './sealing.ts'

export interface ErasingInit {
  readonly database: Database
  readonly seals: Sealer
  readonly floors: Floors
  /** Writes in one batch, while nothing else is written. */
  readonly write: (operations: readonly Operation[]) => Promise<void>
  readonly where: string
}

export type Alone = (task: () => Promise<void>) => Promise<void>

/** Removes what concerns one peer. Its floor is durable first, so that nothing comes back; what a crash cuts short goes on at the next opening. */
export interface Erasing {
  /** The floors of earlier erasures. */
  readonly load: () => Promise<void>
  /** While nothing else writes. */
  readonly begin: (peer: Pseudonym, upToEpoch: number) => Promise<void>
  /** Returns how many records went; one after the other. `alone` runs a task while nothing else begins or ends one. */
  readonly finish: (peer: Pseudonym, alone: Alone) => Promise<number>
  readonly finishAll: () => Promise<void>
  /** Resolves once what was to be removed until now is gone, or failed. */
  readonly done: () => Promise<void>
  readonly forget: (peers: readonly Pseudonym[]) => Promise<void>
}

const PREFIX = metaKey('erased ')
const REMOVED_AT_ONCE = 256
const VALUE_BYTES = 5

function keyOf(peer: Pseudonym): Buffer {
  return Buffer.concat([PREFIX, Buffer.from(peer, 'hex')])
}

export function erasing({ database, seals, floors, write, where }: ErasingInit): Erasing {
  const unfinished = new Set<Pseudonym>()
  const finishing = inOrder()

  const note = (peer: Pseudonym, epoch: number, isFinished: boolean): Operation => {
    const key = keyOf(peer)
    const plain = Buffer.alloc(VALUE_BYTES)
    plain.writeUInt32BE(epoch)
    plain.writeUInt8(Number(isFinished), VALUE_BYTES - 1)
    return { type: 'put', key, value: seals.seal(key, plain) }
  }
  /** Of these keys only those that nobody has removed since. */
  const removeKeys = async (keys: readonly Buffer[]): Promise<number> => {
    const operations: Operation[] = []
    let count = 0
    for (const key of keys) {
      if ((await database.get(key)) == null) continue
      count++
      operations.push({ type: 'del', key })
      if (countedIn(key) == null) continue
      const keeper = keeperOf(key)
      if (keeper.keeps === 'newest') operations.push({ type: 'del', key: newestKey(keeper.slot(key)) })
    }
    await write(operations)
    return count
  }
  const remove = async (peer: Pseudonym, upTo: number, alone: Alone): Promise<number> => {
    let count = 0
    let keys: Buffer[] = []
    const flush = async (): Promise<void> => {
      const going = keys
      keys = []
      await alone(async () => {
        count += await removeKeys(going)
      })
    }
    const collect = async (bounds: Bounds, named: (key: Buffer) => Concerned): Promise<void> => {
      for await (const key of database.keys(bounds)) {
        if (concerns(named(key), peer)) keys.push(key)
        if (keys.length >= REMOVED_AT_ONCE) await flush()
      }
    }
    await collect(epochBounds(0, upTo), nameFrom)
    await collect(summaryBounds(0, upTo), key => summaryFrom(key, key))
    if (keys.length > 0) await flush()
    return count
  }
  const finish = async (peer: Pseudonym, alone: Alone): Promise<number> => {
    const upTo = floors.erased(peer)
    if (upTo == null || !unfinished.has(peer)) return 0
    const count = await remove(peer, upTo, alone)
    await alone(async () => {
      // a later erasure, whose turn comes, goes further
      if (floors.erased(peer) !== upTo) return
      await database.write([note(peer, upTo, true)])
      unfinished.delete(peer)
    })
    // removed records stay in the files until these are written anew; if that fails now, the next compaction does it
    await database.compact(epochBounds(0, upTo)).catch(() => {})
    await database.compact(summaryBounds(0, upTo)).catch(() => {})
    return count
  }
  return {
    load: async () => {
      for await (const [key, sealed] of database.entries(startingWith(PREFIX))) {
        const plain = seals.open(key, sealed)
        const epoch = plain?.length === VALUE_BYTES ? plain.readUInt32BE() : undefined
        if (plain == null || epoch == null || !isEpoch(epoch)) {
          throw new StoreError('corrupt', `an erasure in ${where} was altered: expected a sealed epoch; ${CORRUPT_ADVICE}`)
        }
        const peer = key.toString('hex', PREFIX.length) as Pseudonym
        floors.erase(peer, epoch)
        if (plain.readUInt8(VALUE_BYTES - 1) === 0) unfinished.add(peer)
      }
    },
    begin: async (peer, upToEpoch) => {
      if (upToEpoch <= Math.max(floors.summaries(), floors.erased(peer) ?? floors.summaries())) return
      await database.write([note(peer, upToEpoch, false)])
      floors.erase(peer, upToEpoch)
      unfinished.add(peer)
    },
    finish: async (peer, alone) => finishing(async () => finish(peer, alone)),
    finishAll: async () => {
      for (const peer of unfinished) await finish(peer, async task => task())
    },
    done: async () => finishing(() => {}),
    forget: async peers => {
      for (const peer of peers) unfinished.delete(peer)
      if (peers.length > 0) await database.write(peers.map(peer => ({ type: 'del', key: keyOf(peer) })))
    }
  }
}
