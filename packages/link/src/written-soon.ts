import { Key } from 'interface-datastore'
import { inOrder } from '@peerwatch/model'
import { backOff } from './back-off.ts'
import type { CallOff, Clock, Rng } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'

export interface WrittenSoonInit {
  readonly datastore: Datastore
  readonly clock: Clock
  readonly rng: Rng
  /** Told once for each time that writing has failed: what waits is lost where the node ends before it is written. */
  readonly onFailed: (error: unknown, waitingCount: number) => void
  /** So many changes were given up, the oldest first. */
  readonly onDropped: (count: number) => void
}

/**
 * Changes that are in force in memory and must outlast a restart. They are written soon after each change, many at once, and again until they are on
 * disk.
 *
 * Of several values of one key the newest counts, so nothing older can land after it.
 */
export interface WrittenSoon {
  readonly put: (key: Key, value: Uint8Array) => void
  readonly delete: (key: Key) => void
  /** Tries now; resolves when all changes so far were tried. */
  readonly settled: () => Promise<void>
  /** The same for the last time: what fails, or comes in too late, waits for `start`, and keeps no process running. */
  readonly stop: () => Promise<void>
  /** After a stop. */
  readonly start: () => void
  /** Changes that are not on disk yet. */
  readonly waitingCount: () => number
}

const GATHERED_FOR_MS = 250
/** A disk may stay full for days. Higher: more memory then; lower: more changes given up. */
const WAITING_MOST = 20_000
const RETRY = { leastMs: 1_000, mostMs: 60_000 }

export function writtenSoon({ datastore, clock, rng, onFailed, onDropped }: WrittenSoonInit): WrittenSoon {
  const waiting = new Map<string, { readonly value: Uint8Array | undefined }>()
  const writing = inOrder()
  let pauses = backOff({ clock, rng }, RETRY)
  let hasFailed = false
  let isStopped = false
  let callOff: CallOff | undefined

  const schedule = (afterMs: number): void => {
    if (isStopped) return
    callOff ??= clock.after(afterMs, () => {
      callOff = undefined
      void settled()
    })
  }
  const write = async (): Promise<void> => {
    const taken = [...waiting]
    if (taken.length === 0) return
    try {
      const batch = datastore.batch()
      for (const [key, { value }] of taken) {
        if (value == null) batch.delete(new Key(key))
        else batch.put(new Key(key), value)
      }
      await batch.commit()
    } catch (error) {
      if (!hasFailed) onFailed(error, waiting.size)
      hasFailed = true
      schedule(pauses.pauseMs())
      return
    }
    hasFailed = false
    pauses = backOff({ clock, rng }, RETRY)
    // what was changed meanwhile is written next
    for (const [key, change] of taken) if (waiting.get(key) === change) waiting.delete(key)
  }
  const settled = async (): Promise<void> => {
    callOff?.()
    callOff = undefined
    await writing(write)
  }
  const change = (key: Key, value: Uint8Array | undefined): void => {
    const name = key.toString()
    waiting.delete(name)
    waiting.set(name, { value })
    if (waiting.size > WAITING_MOST) {
      waiting.delete(waiting.keys().next().value!)
      onDropped(1)
    }
    schedule(GATHERED_FOR_MS)
  }
  return {
    put: change,
    delete: key => {
      change(key, undefined)
    },
    settled,
    stop: async () => {
      isStopped = true
      await settled()
    },
    start: () => {
      isStopped = false
      if (waiting.size > 0) schedule(GATHERED_FOR_MS)
    },
    waitingCount: () => waiting.size
  }
}
