import { storeClosed, storeErrorFrom } from './errors.ts'
import type { AbstractLevel } from 'abstract-level'
import type { Bounds } from './record-key.ts'

/** Any abstract-level database of bytes: classic-level on disk, memory-level in tests. */
export type Level = AbstractLevel<string | Buffer | Uint8Array, unknown, unknown>

export type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer }
export type KeyValue = readonly [Buffer, Buffer]

const ENCODINGS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const
const DURABLE = { ...ENCODINGS, sync: true }
const CHUNK_ENTRIES = 256
/** An iterator fetches so much ahead. */
const CHUNK_BYTES = 128 * 1024

interface Sized {
  approximateSize: (start: Buffer, end: Buffer, options: { keyEncoding: 'buffer' }) => Promise<number>
  compactRange: (start: Buffer, end: Buffer, options: { keyEncoding: 'buffer' }) => Promise<void>
}

/** A database that closes and opens its level again after any failed write. Readers survive that. */
export interface Database {
  readonly get: (key: Buffer) => Promise<Buffer | undefined>
  /** Durable when it resolves. After it rejected nothing is written before `ready`. */
  readonly write: (operations: Operation[]) => Promise<void>
  /** Resolves once the database can be relied on: opens it again where the last write failed. */
  readonly ready: () => Promise<void>
  readonly clear: (bounds: Bounds) => Promise<void>
  readonly keys: (bounds: Bounds, limit?: number) => AsyncGenerator<Buffer>
  readonly entries: (bounds: Bounds) => AsyncGenerator<KeyValue>
  readonly approximateSize: (bounds: Bounds) => Promise<number>
  /** Gives the space of removed keys back to the disk. */
  readonly compact: (bounds: Bounds) => Promise<void>
  readonly close: () => Promise<void>
}

export interface DatabaseInit {
  /** Called when nothing that was remembered about the content holds any more. */
  readonly onReopened: () => void
  /** Closed for good, or never opened. */
  readonly onClosed: () => void
}

export async function openDatabase(level: Level, where: string, { onReopened, onClosed }: DatabaseInit): Promise<Database> {
  let failed = false
  let closed = false
  let reopening: Promise<void> | undefined
  let generation = 0
  const sized = level.supports.additionalMethods.approximateSize === true ? (level as Level & Sized) : undefined

  async function guarded<R>(task: () => Promise<R>): Promise<R> {
    if (closed) throw storeClosed()
    try {
      return await task()
    } catch (error) {
      throw closed ? storeClosed() : storeErrorFrom(error, where)
    }
  }

  async function reopen(): Promise<void> {
    generation++
    await level.close()
    await openLevel(level, where)
    failed = false
    onReopened()
  }

  async function ready(): Promise<void> {
    if (closed) throw storeClosed()
    if (!failed) return
    reopening ??= reopen().finally(() => {
      reopening = undefined
    })
    await reopening
  }

  async function changing(task: () => Promise<void>): Promise<void> {
    await ready()
    try {
      await guarded(task)
    } catch (error) {
      failed = true
      throw error
    }
  }

  /** A reader whose iterator was closed by a reopening goes on behind the last key it had. */
  async function* resumed<R>(
    bounds: Bounds,
    read: (bounds: Bounds, from: Buffer | undefined) => AsyncIterable<R>,
    keyOf: (item: R) => Buffer
  ): AsyncGenerator<R> {
    let last: Buffer | undefined
    for (;;) {
      if (closed) throw storeClosed()
      await ready()
      const readIn = generation
      try {
        for await (const item of read(bounds, last)) {
          yield item
          last = keyOf(item)
        }
        return
      } catch (error) {
        if (closed) throw storeClosed()
        if (!failed && readIn === generation) throw storeErrorFrom(error, where)
      }
    }
  }

  await openLevel(level, where).catch((error: unknown) => {
    onClosed()
    throw error
  })
  return {
    get: async key => guarded(async () => level.get<Buffer, Buffer>(key, ENCODINGS)),
    write: async operations => changing(async () => level.batch<Buffer, Buffer>(operations, DURABLE)),
    ready,
    clear: async bounds => changing(async () => level.clear<Buffer>({ keyEncoding: 'buffer', gte: bounds.gte, lt: bounds.lt })),
    keys: (bounds, limit = -1) =>
      resumed(
        bounds,
        (within, last) => chunks<Buffer>(() => level.keys<Buffer>({ ...range(within, last), limit })),
        key => key
      ),
    entries: bounds =>
      resumed(
        bounds,
        (within, last) => chunks<[Buffer, Buffer]>(() => level.iterator<Buffer, Buffer>(range(within, last))),
        ([key]) => key
      ),
    approximateSize: async ({ gte, lt }) => guarded(async () => sized?.approximateSize(gte, lt, { keyEncoding: 'buffer' }) ?? 0),
    compact: async ({ gte, lt }) => guarded(async () => sized?.compactRange(gte, lt, { keyEncoding: 'buffer' })),
    close: async () => {
      closed = true
      await reopening?.catch(() => {})
      await level.close()
      onClosed()
    }
  }
}

async function openLevel(level: Level, where: string): Promise<void> {
  try {
    await level.open()
  } catch (error) {
    throw storeErrorFrom(error, where)
  }
}

interface Chunked<R> {
  nextv: (size: number) => Promise<R[]>
  close: () => Promise<void>
}

async function* chunks<R>(open: () => Chunked<R>): AsyncGenerator<R> {
  const iterator = open()
  try {
    for (;;) {
      const items = await iterator.nextv(CHUNK_ENTRIES)
      if (items.length === 0) return
      yield* items
    }
  } finally {
    await iterator.close()
  }
}

function range(bounds: Bounds, last: Buffer | undefined) {
  return { ...ENCODINGS, ...(last == null ? { gte: bounds.gte } : { gt: last }), lt: bounds.lt, highWaterMarkBytes: CHUNK_BYTES }
}
