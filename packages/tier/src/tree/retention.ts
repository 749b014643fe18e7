import { epochOf, windowAt } from '@peerwatch/model'
import type { RecordStore } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'
import type { MemberClocks } from './member-clocks.ts'

/**
 * Lets go of what is older than the roster's retention, and of the oldest epochs where the roster's byte cap is reached. A floor is never lowered
 * again: all of it by the time that the clocks of the quorum have passed.
 */
export function retention(core: Core, store: RecordStore, clocks: Pick<MemberClocks, 'span'>): Part & { readonly enforce: () => Promise<void> } {
  let stopListening: (() => void) | undefined
  let enforcedInEpoch = -1
  let underWay: Promise<void> | undefined

  const enforce = async (): Promise<void> => {
    const { preset, retentionMs, retentionBytes } = core.roster.current()
    const window = clocks.span()?.passed
    if (window == null) return
    const now = epochOf(window, preset.epochWindows)
    const oldestKept = epochOf(Math.max(0, window - windowAt(retentionMs, preset.windowMs)), preset.epochWindows)
    if (oldestKept - 1 > store.floor()) await store.raiseFloor(oldestKept - 1)
    while ((await store.sizeBytes()) > retentionBytes) {
      const oldest = await store.oldestEpoch()
      if (oldest == null || oldest >= now) return
      core.log('store above %d bytes: epoch %d goes', retentionBytes, oldest)
      await store.raiseFloor(oldest)
    }
  }
  const onWindow = (): void => {
    const passed = clocks.span()?.passed
    if (passed == null) {
      core.emit('time:limited', { bound: 'too-few-clocks' })
      return
    }
    const epoch = epochOf(passed, core.roster.current().preset.epochWindows)
    if (epoch === enforcedInEpoch || underWay != null) return
    enforcedInEpoch = epoch
    underWay = enforce()
      .catch((error: unknown) => {
        enforcedInEpoch = -1
        core.emit('alarm', { code: 'retention', message: error instanceof Error ? error.message : String(error) })
      })
      .finally(() => {
        underWay = undefined
      })
  }
  return {
    enforce,
    beforeStart: enforce,
    start: () => {
      stopListening = core.windows.onWindow(onWindow)
    },
    stop: async () => {
      stopListening?.()
      await underWay
    }
  }
}
