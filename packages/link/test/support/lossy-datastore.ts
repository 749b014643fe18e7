import { MemoryDatastore } from 'datastore-core'
import type { Batch, Key } from 'interface-datastore'

/** As LevelDB on a full disk: a write fails in the middle, and what follows is acknowledged and lost until the database is opened again. */
export class LossyDatastore extends MemoryDatastore {
  #failsAfter: number | undefined
  #isLossy = false
  #isFull = false
  writes = 0

  /** The next batch or write fails after so many of its changes. */
  failAfter(changes: number): void {
    this.#failsAfter = changes
  }

  /** Every write fails, and loses nothing else. */
  fill(isFull: boolean): void {
    this.#isFull = isFull
  }

  reopen(): void {
    this.#isLossy = false
  }

  override put(key: Key, value: Uint8Array): Key {
    this.#spend()
    if (!this.#isLossy) void super.put(key, value)
    return key
  }

  override delete(key: Key): void {
    this.#spend()
    if (!this.#isLossy) void super.delete(key)
  }

  override batch(): Batch {
    const changes: (() => void)[] = []
    return {
      put: (key, value) => changes.push(() => this.put(key, value)),
      delete: key =>
        changes.push(() => {
          this.delete(key)
        }),
      commit: async () => {
        await new Promise(setImmediate)
        for (const change of changes) change()
      }
    }
  }

  #spend(): void {
    this.writes++
    if (this.#isFull) throw new Error('no space left')
    if (this.#failsAfter == null || this.#failsAfter-- > 0) return
    this.#failsAfter = undefined
    this.#isLossy = true
    throw new Error('no space left')
  }
}
