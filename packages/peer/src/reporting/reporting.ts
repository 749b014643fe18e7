import { ANSWER_STATUS, answerWord } from '@peerwatch/wire'
import { BoundedMap, inOrder } from '@peerwatch/model'
import { listenTo, toPeerId } from '@peerwatch/link'
import { delivery } from './delivery.ts'
import { outbox } from './outbox.ts'
import { postponed } from './postponed.ts'
import { reportWriter } from './report-writer.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part, PeerwatchEvents, RegistryView } from '@peerwatch/link'
import type { Delivery, EntryStatus } from './delivery.ts'
import type { EntryTimes } from './entry-link.ts'
import type { Answered } from './entry-state.ts'
import type { NetworkTime } from '../time/network-time.ts'

export interface ReportingOptions extends Partial<EntryTimes> {
  /** How many reports the node keeps while no trusted node takes them. More bridges a longer outage, at about 600 bytes each. Default 10,000. */
  readonly mostPending?: number
  /** How long `stop` waits for answers. Reports without one stay on disk. Default 2 s. */
  readonly flushMs?: number
}

export interface ReportingInit extends ReportingOptions {
  readonly registry: RegistryView
  readonly time: Pick<NetworkTime, 'hear' | 'isAgreed' | 'isSure'>
}

export interface ReportingStatus {
  /** Reports that wait for an answer, or for a stamp. */
  readonly pending: number
  readonly withoutStamp: number
  readonly lastAcknowledged: { readonly window: WindowNumber; readonly atMs: number } | undefined
  /** Reports that the node gave up, because there were too many or they became too old. */
  readonly dropped: number
  readonly entry: PeerIdString | undefined
  /** The preferred one first. */
  readonly entries: readonly EntryStatus[]
}

export interface ReportingView {
  readonly status: () => ReportingStatus
}

export type Reporting = Part & ReportingView & Pick<Delivery, 'leave'>

/** Windows of which one remembers that nothing more is to be reported about them. */
const SETTLED_WINDOWS = 512

/** A window ends for everybody at once. Each peer has its own moment in this share of the next one, so that no entry and no machine gets all reports together. */
const SPREAD_SHARE = 1 / 4

export const REPORTING_DEFAULTS = Object.freeze({ mostPending: 10_000, flushMs: 2_000, dialTimeoutMs: 10_000, leastBackoffMs: 500 })

function timesOf(init: ReportingInit, windowMs: number): EntryTimes {
  const { answerTimeoutMs, dialTimeoutMs, leastBackoffMs, mostBackoffMs } = init
  return {
    answerTimeoutMs: answerTimeoutMs ?? Math.min(15_000, Math.max(3_000, windowMs)),
    dialTimeoutMs: dialTimeoutMs ?? REPORTING_DEFAULTS.dialTimeoutMs,
    leastBackoffMs: leastBackoffMs ?? REPORTING_DEFAULTS.leastBackoffMs,
    mostBackoffMs: mostBackoffMs ?? Math.min(60_000, Math.max(4_000, 2 * windowMs))
  }
}

/**
 * A peer's reports: one per neighbour and window, signed, on disk before it is sent, kept until a trusted node has it.
 * Stop it while connections are still up (libp2p's `beforeStop`), so that it can deliver what is in hand.
 */
export function reporting(core: Core, init: ReportingInit): Reporting {
  const { registry, time, mostPending = REPORTING_DEFAULTS.mostPending, flushMs = REPORTING_DEFAULTS.flushMs } = init
  const { alarm, chore, settled } = chores(core)
  const box = outbox(core.components.datastore, mostPending)
  const writing = postponed(core.clock, core.windows.windowMs * SPREAD_SHARE * core.rng())
  const watchedInPart = windowsToSkip()
  const writer = reportWriter(core, { box, registry, mostPending, mayExpire: time.isAgreed, alarm })
  const ends: (() => void)[] = []
  let lastAcknowledged: ReportingStatus['lastAcknowledged']

  const onRegistered = (): void => {
    chore('reports could not be signed', async () => {
      await writer.signWaiting()
      outgoing.pump()
    })
  }
  const onWindowClosed = ({ detail: { window, observations } }: PeerwatchEvents['window:closed']): void => {
    if (!watchedInPart.settle(window) || !time.isSure()) return
    writing.run(() => {
      chore('reports could not be written', async () => {
        await writer.write(observations)
        outgoing.pump()
      })
    })
  }
  const tell = ({ item, status, code }: Answered, from: PeerIdString): void => {
    const detail = { subject: toPeerId(item.subject), window: item.window, entry: toPeerId(from) }
    if (status === ANSWER_STATUS.refused) {
      core.emit('report:refused', { ...detail, reason: answerWord(code) })
      return
    }
    lastAcknowledged = { window: item.window, atMs: core.clock.nowMs() }
    core.emit('report:acknowledged', detail)
  }
  const outgoing = delivery(core, {
    registry,
    box,
    times: timesOf(init, core.windows.windowMs),
    onHello: time.hear,
    onFinal: (from, answers) => {
      const removed = box.remove(answers.map(({ item }) => item.key))
      removed.catch(() => {})
      chore('answered reports could not be deleted', async () => {
        // Told only when it is off the disk: what was told as acknowledged is never sent again.
        await removed
        for (const answered of answers) tell(answered, from)
        outgoing.pump()
      })
    }
  })
  return {
    leave: outgoing.leave,
    beforeStart: async () => {
      const broken = await box.load()
      if (broken > 0) alarm('outbox-broken', `${broken} reports of an earlier run could not be read and were deleted`)
      ends.push(core.windows.onStep(watchedInPart.jump), listenTo(core.events, { 'window:closed': onWindowClosed, 'registry:state': onRegistered }))
    },
    start: () => {
      const { window } = core.windows.now()
      watchedInPart.jump(window, window)
      outgoing.start()
      onRegistered()
    },
    stop: async () => {
      for (const end of ends.splice(0)) end()
      writing.hurry()
      await settled()
      await outgoing.flush(flushMs)
      await outgoing.stop()
      await settled()
    },
    status: () => ({
      pending: box.size(),
      withoutStamp: [...box.items()].reduce((sum, { isDraft }) => sum + Number(isDraft), 0),
      lastAcknowledged,
      dropped: writer.dropped(),
      entry: outgoing.entry(),
      entries: outgoing.entries()
    })
  }
}

interface Chores {
  readonly alarm: (code: string, message: string) => void
  readonly chore: (what: string, run: () => Promise<void>) => void
  readonly settled: () => Promise<void>
}

/** Runs what waits for the disk, one task after the other. It tells of a failure and goes on. */
function chores(core: Core): Chores {
  const alarm = (code: string, message: string): void => {
    core.emit('alarm', { code, message })
  }
  const next = inOrder()
  const tried = async (what: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run()
    } catch (error) {
      alarm('outbox-failed', `${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return {
    alarm,
    chore: (what, run) => {
      void next(async () => tried(what, run))
    },
    settled: async () => next(() => {})
  }
}

/** Windows about which nothing is to be reported (any more): those watched in part only, and those reported before. */
function windowsToSkip(): { readonly settle: (window: WindowNumber) => boolean; readonly jump: (from: WindowNumber, to: WindowNumber) => void } {
  const skipped = new BoundedMap<WindowNumber, true>(SETTLED_WINDOWS)
  return {
    /** False for one that is to be skipped; each is settled once. */
    settle: window => {
      if (skipped.has(window)) return false
      skipped.set(window, true)
      return true
    },
    /** The clock went from one window to another: what was counted belongs to none of them, nor to those between. */
    jump: (from, to) => {
      skipped.set(from, true)
      for (let window = Math.max(from, to - SETTLED_WINDOWS / 2); window <= to; window++) skipped.set(window, true)
      skipped.set(to, true)
    }
  }
}
