import { delay, EPOCH_PARTS, epochOf } from '@peerwatch/model'
import { oldestCounting } from './recall.ts'
import type { CheckpointMaking, RecordStore } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'

/** Windows after the end of an epoch when nearly all of its records are there: the ledgers, too. */
const AFTER_WINDOWS = 5
/** Parts of an epoch in one step. */
const STEP_PARTS = 16
/** A step rests so many times as long as it took. */
const REST = 3

/** Makes the checkpoints, once in each epoch, of those before it whose records have changed: a start reads the records of the others. */
export function checkpointing(core: Core, store: Pick<RecordStore, 'checkpoint' | 'read'>, making: CheckpointMaking): Part {
  const { clock, network, windows } = core
  const { epochWindows } = network.roster.preset
  let ending = new AbortController()
  let stopListening: (() => void) | undefined
  let madeEpoch = -1
  let underWay: Promise<void> | undefined

  const isEmpty = async (epoch: number): Promise<boolean> => {
    for await (const _ of store.read({ fromEpoch: epoch, toEpoch: epoch })) return false
    return true
  }
  const make = async (last: number): Promise<void> => {
    for (let epoch = last; epoch >= oldestCounting(core); epoch--) {
      // all those before a node's first start: of 256 parts each, whose records a start reads at once
      if (await isEmpty(epoch)) continue
      for (let part = 0; part < EPOCH_PARTS; part += STEP_PARTS) {
        if (ending.signal.aborted) return
        const startedMs = clock.monotonicMs()
        const parts = Array.from({ length: STEP_PARTS }, (_, index) => part + index)
        const count = await store.checkpoint(epoch, parts, making)
        if (count > 0) await delay(clock, REST * (clock.monotonicMs() - startedMs), ending.signal)
      }
    }
    madeEpoch = last
  }
  const onWindow = (closed: number): void => {
    const epoch = epochOf(Math.max(0, closed - AFTER_WINDOWS), epochWindows) - 1
    if (underWay != null || epoch <= madeEpoch || epoch < 0) return
    underWay = make(epoch)
      .catch((error: unknown) => {
        if (!ending.signal.aborted) core.log.error('checkpoints up to epoch %d: %e', epoch, error)
      })
      .finally(() => {
        underWay = undefined
      })
  }
  return {
    start: () => {
      ending = new AbortController()
      stopListening = windows.onWindow(onWindow)
    },
    stop: async () => {
      ending.abort()
      stopListening?.()
      await underWay
    }
  }
}
