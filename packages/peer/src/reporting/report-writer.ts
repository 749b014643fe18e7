import { ACCEPTED_PAST_WINDOWS, windowAt } from '@peerwatch/model'
import { LIMITS } from '@peerwatch/wire'
import { draftsOf, signDraft } from './drafts.ts'
import type { Observation } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { Outbox, OutboxItem } from './outbox.ts'

export interface ReportWriterInit {
  readonly box: Outbox
  readonly registry: Pick<RegistryView, 'stamp'>
  readonly mostPending: number
  /** A single entry whose clock is wrong must not empty the outbox. */
  readonly mayExpire: () => boolean
  readonly alarm: (code: string, message: string) => void
}

/** Brings observations to the outbox, and drafts to signed reports once a seed has vouched for this node. */
export interface ReportWriter {
  readonly write: (observations: readonly Observation[]) => Promise<void>
  readonly signWaiting: () => Promise<void>
  /** Reports given up because there were too many, or because they became too old. */
  readonly dropped: () => number
}

export function reportWriter(core: Core, { box, registry, mostPending, mayExpire, alarm }: ReportWriterInit): ReportWriter {
  let dropped = 0
  /** Those that the disk has not taken: tried again with those of the next window. */
  let unwritten: readonly OutboxItem[] = []

  const drop = (count: number, why: string): void => {
    if (count === 0) return
    dropped += count
    alarm('reports-dropped', `${count} reports that no trusted node has taken: ${why}; ${dropped} since the start`)
  }
  const expire = async (): Promise<void> => {
    if (!mayExpire()) return
    // a dropped report does not come back, so both clocks have to call it too old
    const { windows, clock } = core
    const oldest = Math.min(windows.now().window, windowAt(clock.nowMs(), windows.windowMs)) - ACCEPTED_PAST_WINDOWS
    const keys = [...box.items()].filter(({ window }) => window < oldest).map(({ key }) => key)
    drop(keys.length, `older than ${ACCEPTED_PAST_WINDOWS} windows`)
    await box.remove(keys)
  }
  const signed = async (drafts: readonly OutboxItem[]): Promise<readonly OutboxItem[]> => {
    return Promise.all(
      drafts.map(async draft => {
        const stamp = registry.stamp(draft.window)
        return stamp == null ? draft : signDraft(draft, stamp, core.signer)
      })
    )
  }
  const signWaiting = async (): Promise<void> => {
    while (registry.stamp() != null) {
      const drafts = [...box.items()].filter(({ isDraft }) => isDraft).slice(0, LIMITS.batch)
      if (drafts.length === 0) return
      // no seed vouches for what a node saw before it was registered: a report of it would be refused as a fault
      const early = drafts.filter(({ window }) => registry.stamp(window) == null)
      await box.remove(early.map(({ key }) => key))
      await box.replace(await signed(drafts.filter(draft => !early.includes(draft))))
    }
  }
  return {
    write: async observations => {
      await expire()
      const drafts = [...unwritten, ...draftsOf(observations, core)]
      unwritten = drafts.slice(-mostPending)
      drop(drafts.length - unwritten.length, `the disk takes none, and more than ${mostPending} are waiting`)
      const excess = await box.add(await signed(unwritten))
      unwritten = []
      drop(excess, `more than ${mostPending} are waiting`)
      await signWaiting()
    },
    signWaiting,
    dropped: () => dropped
  }
}
