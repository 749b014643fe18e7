import { BaseDatastore } from 'datastore-core/base'
import { Key } from 'interface-datastore'
import { groupCommit } from '@peerwatch/model'
import { levelInFolder, openDatabase } from '@peerwatch/store/level'
import type { GroupCommit } from '@peerwatch/model'
import type { Database, Level, Operation } from '@peerwatch/store/level'
import type { Batch, KeyQuery, Pair, Query } from 'interface-datastore'

/** Bytes that one group of writes takes at most. */
const GROUP_BYTES = 4 * 1024 * 1024
/** Every key begins with a slash; this is behind all of them. */
const END = Buffer.from('0')

export type LevelDatastoreInit = { readonly path: string } | { readonly level: Level }

/**
 * The datastore of a node on LevelDB, under the same rule as its record store: a write is durable when it resolves, writes land in the order of
 * the calls, and after one that failed the database is opened again before the next. Its files are those of `datastore-level`.
 */
export interface LevelDatastore extends BaseDatastore {
  readonly put: (key: Key, value: Uint8Array) => Promise<Key>
  readonly close: () => Promise<void>
}

/** Rejects with StoreError. */
export async function levelDatastore(init: LevelDatastoreInit): Promise<LevelDatastore> {
  const where = 'path' in init ? init.path : 'the given database'
  const { level, release } = 'path' in init ? await levelInFolder(where) : { level: init.level, release: () => {} }
  return new OnLevel(await openDatabase(level, where, { onReopened: () => {}, onClosed: release }))
}

class OnLevel extends BaseDatastore implements LevelDatastore {
  readonly #database: Database
  readonly #writes: GroupCommit<readonly Operation[], undefined>

  constructor(database: Database) {
    super()
    this.#database = database
    this.#writes = groupCommit<readonly Operation[], undefined>({
      mostWeight: GROUP_BYTES,
      weightOf: operations =>
        operations.reduce((bytes, operation) => bytes + operation.key.length + (operation.type === 'put' ? operation.value.length : 0), 0),
      concurrency: 1,
      soon: queueMicrotask,
      commit: async group => {
        await database.write(group.flat())
        return group.map(() => undefined)
      }
    })
  }

  override async put(key: Key, value: Uint8Array): Promise<Key> {
    await this.#writes.push([putOf(key, value)])
    return key
  }

  override async delete(key: Key): Promise<void> {
    await this.#writes.push([deletionOf(key)])
  }

  override async get(key: Key): Promise<Uint8Array> {
    const value = await this.#find(key)
    if (value == null) throw notFound(key)
    return value
  }

  override async has(key: Key): Promise<boolean> {
    return (await this.#find(key)) != null
  }

  override batch(): Batch {
    let operations: Operation[] = []
    return {
      put: (key, value) => {
        operations.push(putOf(key, value))
      },
      delete: key => {
        operations.push(deletionOf(key))
      },
      commit: async () => {
        if (operations.length > 0) await this.#writes.push(operations)
        operations = []
      }
    }
  }

  override async *_all({ prefix = '/' }: Query): AsyncGenerator<Pair> {
    for await (const [key, value] of this.#database.entries(from(prefix))) {
      if (!isBelow(key, prefix)) return
      yield { key: new Key(key), value }
    }
  }

  override async *_allKeys({ prefix = '/' }: KeyQuery): AsyncGenerator<Key> {
    for await (const key of this.#database.keys(from(prefix))) {
      if (!isBelow(key, prefix)) return
      yield new Key(key)
    }
  }

  async close(): Promise<void> {
    await this.#writes.alone(this.#database.close)
  }

  /** A value that was read from a database that must be opened again may be one that it has lost. */
  async #find(key: Key): Promise<Buffer | undefined> {
    await this.#database.ready()
    return this.#database.get(bytesOf(key))
  }
}

/** As the interface has it: callers look at the name. */
function notFound(key: Key): Error {
  return Object.assign(new Error(`nothing is stored under ${key.toString()}`), { name: 'NotFoundError', code: 'ERR_NOT_FOUND' })
}

function bytesOf(key: Key): Buffer {
  return Buffer.from(key.toString())
}

function putOf(key: Key, value: Uint8Array): Operation {
  return { type: 'put', key: bytesOf(key), value: Buffer.from(value) }
}

function deletionOf(key: Key): Operation {
  return { type: 'del', key: bytesOf(key) }
}

function from(prefix: string): { readonly gte: Buffer; readonly lt: Buffer } {
  return { gte: Buffer.from(prefix), lt: END }
}

function isBelow(key: Buffer, prefix: string): boolean {
  return key.toString().startsWith(prefix)
}
