/* oxlint-disable no-underscore-dangle -- abstract-level names so what an implementation provides */
import { MemoryLevel } from 'memory-level'
import type { Level } from '../database.ts'

interface Change {
  readonly type: 'put' | 'del'
  readonly key: Buffer
  readonly value?: Buffer
}

/** abstract-level asks these of an implementation. The types of memory-level do not tell them. */
interface Inside {
  _batch(changes: readonly Change[], options: { sync?: boolean }): Promise<void>
  _clear(options: { limit: number }): Promise<void>
}

const Base = MemoryLevel as unknown as new () => Level & Inside

/** A disk in memory and the databases opened on it. */
export interface CrashableDisk {
  /** A database as a new process opens it. */
  readonly open: () => Level
  /** A power cut: every batch written without `sync: true` is gone, and the databases opened so far answer nothing but errors. */
  readonly crash: () => void
  /** A power cut once so many more batches are durable. */
  readonly crashAfter: (batchesCount: number) => void
  /**
   * The next batch fails with ENOSPC. As LevelDB did (301 of 301 batches lost), that database then reports success for
   * batches which are gone once it is opened again.
   */
  readonly failNextWrite: () => void
  /** Synced batches wait, neither durable nor answered, until the returned function is called. */
  readonly holdSyncs: () => () => void
  /** Batches that were made durable. */
  readonly syncsCount: () => number
}

export function crashableLevel(): CrashableDisk {
  const durable = new Map<string, Change>()
  let unsynced: Change[] = []
  let powerCuts = 0
  let failNext = false
  let crashAt = Infinity
  let syncs = 0
  let held: Promise<void> | undefined

  const crash = (): void => {
    powerCuts++
    unsynced = []
    failNext = false
    crashAt = Infinity
  }

  class CrashableLevel extends Base {
    readonly #poweredIn = powerCuts
    #lying = false

    #assertPower(): void {
      if (this.#poweredIn !== powerCuts) throw new Error('the power was cut')
    }

    async _open(): Promise<void> {
      this.#assertPower()
      this.#lying = false
      await super._clear({ limit: -1 })
      await super._batch([...durable.values(), ...unsynced], {})
    }

    async _put(key: Buffer, value: Buffer, options: { sync?: boolean }): Promise<void> {
      await this._batch([{ type: 'put', key, value }], options)
    }

    async _del(key: Buffer, options: { sync?: boolean }): Promise<void> {
      await this._batch([{ type: 'del', key }], options)
    }

    override async _clear(options: { limit: number }): Promise<void> {
      const keys = await super.keys<Buffer>({ ...options, keyEncoding: 'buffer' }).all()
      await this._batch(
        keys.map(key => ({ type: 'del', key })),
        {}
      )
    }

    override async _batch(changes: readonly Change[], options: { sync?: boolean }): Promise<void> {
      if (options.sync === true) await held
      this.#assertPower()
      if (failNext) {
        failNext = false
        this.#lying = true
        throw Object.assign(new Error('IO error: 000005.log: No space left on device'), { code: 'LEVEL_IO_ERROR' })
      }
      await super._batch(changes, options)
      if (this.#lying) return
      if (options.sync !== true) {
        unsynced.push(...changes)
        return
      }
      syncs++
      for (const change of changes) {
        if (change.type === 'put') durable.set(change.key.toString('hex'), change)
        else durable.delete(change.key.toString('hex'))
      }
      if (syncs >= crashAt) crash()
    }
  }

  return {
    open: () => new CrashableLevel(),
    crash,
    crashAfter: batchesCount => {
      crashAt = syncs + batchesCount
    },
    failNextWrite: () => {
      failNext = true
    },
    holdSyncs: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return () => {
        held = undefined
        resolve()
      }
    },
    syncsCount: () => syncs
  }
}
