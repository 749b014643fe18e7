import type { Part } from '@peerwatch/link'
import type { AskedPepper } from './asked-pepper.ts'

export interface LateParts extends Part {
  readonly areStarted: () => boolean
}

/** Parts that need the pepper. They start with the node if it has one, otherwise when the pepper comes. */
export function lateParts(parts: readonly Part[], { has, set, asked, onError }: LatePartsInit): LateParts {
  let areStarted = false
  let starting: Promise<void> = Promise.resolve()
  const prepare = async (): Promise<void> => {
    for (const part of parts) await part.beforeStart?.()
  }
  const start = async (): Promise<void> => {
    for (const part of parts) await part.start?.()
    areStarted = true
  }
  return {
    areStarted: () => areStarted,
    beforeStart: async () => {
      if (has()) await prepare()
    },
    start: async () => {
      if (has()) {
        await start()
        return
      }
      asked.start(pepper => {
        set(pepper)
        starting = prepare().then(start)
        starting.catch(onError)
      })
    },
    stop: async () => {
      asked.stop()
      await starting.catch(() => {})
      areStarted = false
      if (!has()) return
      for (const part of parts.toReversed()) await part.stop?.()
    }
  }
}

export interface LatePartsInit {
  readonly has: () => boolean
  readonly set: (pepper: Uint8Array) => void
  readonly asked: AskedPepper
  readonly onError: (error: unknown) => void
}
