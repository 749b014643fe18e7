import { ACCEPTED_PAST_WINDOWS, epochOf, windowAt } from '@peerwatch/model'
import type { RecordStore } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'
import type { Summaries } from './levelling.ts'
import type { MemberClocks } from './member-clocks.ts'

/**
 * Drops records that are older than the roster's retention, and the oldest epochs if the store reaches the roster's byte cap. Of epochs that still count
 * the summaries stay. A floor never sinks again, so retention goes by the clocks of the quorum.
 */
export function retention(
  core: Core,
  store: RecordStore,
  clocks: Pick<MemberClocks, 'span'>,
  summaries: Summaries
): Part & { readonly enforce: () => Promise<void> } {
  let stopListening: (() => void) | undefined
  let enforcedInEpoch = -1
  let underWay: Promise<void> | undefined

  /** The summaries are durable before the records go. */
  const expire = async (floor: number, oldestCounting: number): Promise<void> => {
    const first = Math.max(store.floor() + 1, oldestCounting)
    for (let epoch = first; epoch <= floor; epoch++) await summaries.make(epoch)
    await store.raiseFloor(floor, oldestCounting)
    if (first <= floor) summaries.want(first)
  }
  const enforce = async (): Promise<void> => {
    const { preset, retentionMs, retentionBytes } = core.roster.current()
    const window = clocks.span()?.passed
    if (window == null) return
    const now = epochOf(window, preset.epochWindows)
    const oldestKept = epochOf(Math.max(0, window - windowAt(retentionMs, preset.windowMs)), preset.epochWindows)
    const oldestCounting = epochOf(Math.max(0, window - ACCEPTED_PAST_WINDOWS), preset.epochWindows)
    if (oldestKept - 1 > store.floor()) await expire(oldestKept - 1, oldestCounting)
    else if (store.summariesFrom() < Math.min(oldestCounting, store.floor() + 1)) await store.raiseFloor(store.floor(), oldestCounting)
    while ((await store.sizeBytes()) > retentionBytes) {
      const oldest = await store.oldestEpoch()
      if (oldest != null && oldest < now) {
        core.log('store above %d bytes: epoch %d goes', retentionBytes, oldest)
        await expire(oldest, oldestCounting)
        continue
      }
      // then what is left of the oldest
      const from = store.summariesFrom()
      if (from > store.floor()) return
      core.log('store above %d bytes: the summaries of epoch %d go', retentionBytes, from)
      await store.raiseFloor(store.floor(), from + 1)
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
