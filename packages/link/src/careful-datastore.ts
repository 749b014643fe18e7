import { Key } from 'interface-datastore'
import { inOrder } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import type { Batch, Datastore, Pair } from 'interface-datastore'
import type { Rng } from '@peerwatch/model'

export interface CarefulInit {
  readonly rng: Rng
  /** A write failed: from now on every one is refused until the datastore gives back what was written. Told once until one was written. */
  readonly onDoubt: (error: unknown) => void
}

/** The value under this key shows whether writes are kept. It is read back, and never used. */
const PROOF = new Key('/peerwatch/proof')

/**
 * A datastore whose writes land in the order of the calls, and that is not believed after one of them has failed.
 *
 * LevelDB, for one, acknowledges and loses what follows a write that failed in part, until it is opened again. Whoever owns the database
 * can do that, as `createNode` does; over the datastore of an application the writes are refused until one has been read back.
 */
export function carefulDatastore(inner: Datastore, { rng, onDoubt }: CarefulInit): Datastore & { readonly inner: Datastore } {
  const writing = inOrder()
  let isDoubted = false
  let isTold = false
  let proofs = 0

  const prove = async (): Promise<void> => {
    const written = new TextEncoder().encode(`${++proofs} ${rng()}`)
    await inner.put(PROOF, written)
    const read = await inner.get(PROOF)
    if (Buffer.compare(read, written) !== 0) throw new ServicesError('not-kept', 'the datastore gave back something else than was written')
    isDoubted = false
  }
  const write = async <R>(task: () => R | Promise<R>): Promise<R> =>
    writing(async () => {
      if (isDoubted) {
        await prove().catch((error: unknown) => {
          throw new ServicesError('not-kept', 'the datastore has failed in a write, and does not keep what is written since', { cause: error })
        })
      }
      try {
        const done = await task()
        isTold = false
        return done
      } catch (error) {
        isDoubted = true
        if (!isTold) onDoubt(error)
        isTold = true
        throw error
      }
    })
  return {
    inner,
    get: (key, options) => inner.get(key, options),
    has: (key, options) => inner.has(key, options),
    getMany: (source, options) => inner.getMany(source, options),
    query: (query, options) => inner.query(query, options),
    queryKeys: (query, options) => inner.queryKeys(query, options),
    put: async (key, value, options) => write(async () => inner.put(key, value, options)),
    delete: async (key, options) => write(async () => inner.delete(key, options)),
    putMany: async function* putMany(source, options) {
      for await (const pair of source as AsyncIterable<Pair>) {
        await write(async () => inner.put(pair.key, pair.value, options))
        yield pair.key
      }
    },
    deleteMany: async function* deleteMany(source, options) {
      for await (const key of source as AsyncIterable<Key>) {
        await write(async () => inner.delete(key, options))
        yield key
      }
    },
    batch: (): Batch => {
      const batch = inner.batch()
      return {
        put: (key, value) => {
          batch.put(key, value)
        },
        delete: key => {
          batch.delete(key)
        },
        commit: async options => write(async () => batch.commit(options))
      }
    }
  }
}
