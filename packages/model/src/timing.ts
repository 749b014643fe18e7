import type { Clock } from './clock.ts'

/** What a part needs if it only waits. */
export type Timers = Pick<Clock, 'after'>

/**
 * Gives work so long and no longer: its signal aborts with a `TimeoutError` after `ms`, or with `outer`, whichever comes first.
 *
 * A scope rather than a signal that is handed out: once the work has settled neither its timer nor a listener on `outer` is left.
 */
export async function within<T>(timers: Timers, ms: number, work: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
  const ending = new AbortController()
  const follow = (): void => {
    ending.abort(outer?.reason)
  }
  const callOff = timers.after(ms, () => {
    ending.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'))
  })
  if (outer?.aborted === true) follow()
  outer?.addEventListener('abort', follow)
  try {
    return await work(ending.signal)
  } finally {
    callOff()
    outer?.removeEventListener('abort', follow)
  }
}

/** Settles as `promise` does, or rejects with the reason of the signal as soon as that aborts. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => {
    reject(signal.reason as Error)
  }
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([aborted, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Resolves after `ms`; rejects as soon as the signal aborts, with its reason. */
export async function delay(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve } = Promise.withResolvers<void>()
  const callOff = timers.after(ms, resolve)
  try {
    await (signal == null ? promise : orAborted(promise, signal))
  } finally {
    callOff()
  }
}
