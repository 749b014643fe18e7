import { PROTOCOLS } from '@peerwatch/wire'
import { backOff, toPeerId } from '@peerwatch/link'
import { entryNews } from './entry-news.ts'
import { CLOSED, isServed, owedSinceMs, roomOf, transition } from './entry-state.ts'
import { entryWire } from './entry-wire.ts'
import type { CallOff, PeerIdString, Timers } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { Answered, EntryAction, EntryEvent, EntryState, Hello } from './entry-state.ts'
import type { OutboxItem } from './outbox.ts'

export interface EntryTimes {
  /** A hello or an answer that takes longer ends the stream. Twice as long after each time, until answers come in time again: who is slow is not left for ever. */
  readonly answerTimeoutMs: number
  readonly dialTimeoutMs: number
  /** Pause after the first failure, half of it by chance; doubles with each further one up to `mostBackoffMs`. */
  readonly leastBackoffMs: number
  readonly mostBackoffMs: number
}

export type LinkState = 'connecting' | 'waiting' | 'ready' | 'resting'

/** Hears what happened on a link. The link has changed its state before it calls any of them. */
export interface EntryLinkListener {
  readonly onHello: (hello: Hello) => void
  readonly onAnswers: (answers: readonly Answered[]) => void
  /** The link can be sent to or no longer; reports in flight on it may have come free. */
  readonly onChange: () => void
}

/** The long-lived stream to one entry: dials, dials again, keeps to its credits, and leaves it for a while when it misbehaves. */
export interface EntryLink {
  readonly peer: PeerIdString
  readonly state: () => LinkState
  /** How many reports may be sent now. */
  readonly room: () => number
  /** Sends one batch of at most `room()` reports. */
  readonly send: (items: readonly OutboxItem[]) => void
  readonly isInFlight: (key: string) => boolean
  readonly inFlight: () => number
  readonly start: () => void
  /** For good. */
  readonly stop: () => Promise<void>
}

/** Carries out what `transition` says: time, wire and blame are here, every decision is there. */
export function entryLink(core: Core, peer: PeerIdString, registry: RegistryView, times: EntryTimes, listener: EntryLinkListener): EntryLink {
  const { clock, health, log } = core
  const news = entryNews(core, peer)
  const tries = backOff(core, { leastMs: times.leastBackoffMs, mostMs: times.mostBackoffMs })
  let state: EntryState = CLOSED
  let callOffPause: CallOff | undefined
  let closing: Promise<void> | undefined

  /** While this node itself stood still nobody is slow. */
  const goodMs = (): number => clock.monotonicMs() - health.lostMs()
  const patience = patienceWith(times.answerTimeoutMs)
  const deadline = deadlineTimer(health, goodMs, patience.timeoutMs, () => {
    patience.missed()
    dispatch({ type: 'late' })
  })
  const wire = entryWire(core, peer, {
    registry,
    dialTimeoutMs: times.dialTimeoutMs,
    onOpen: () => {
      dispatch({ type: 'opened', atMs: goodMs() })
    },
    onFailed: error => {
      log('entry %s: %s', peer, error)
      dispatch({ type: 'failed' })
    },
    onFrame: async (frame, tookMs) => {
      const { credits, answers } = frame
      const hello = frame.hello && { window: frame.hello.window, offsetMs: frame.hello.windowOffsetMs, tookMs }
      dispatch({ type: 'frame', hello, credits, answers })
      if (!isServed(state)) return
      const pull = news.missing(frame)
      if (pull != null) wire.pull(pull)
      await news.take(frame)
    },
    onFault: what => {
      dispatch({ type: 'fault', what })
    },
    onEnd: why => {
      dispatch({ type: 'ended', why })
    }
  })
  const dispatch = (event: EntryEvent): void => {
    const next = transition(state, event)
    state = next.state
    deadline.set(owedSinceMs(state))
    for (const action of next.actions) perform(action)
  }
  const perform = (action: EntryAction): void => {
    switch (action.type) {
      case 'dial':
        return wire.open()
      case 'pause':
        callOffPause?.()
        callOffPause = clock.after(tries.pauseMs(), () => {
          dispatch({ type: 'due' })
        })
        return
      case 'works':
        return tries.opened()
      case 'write':
        if (!wire.write(action.reports)) dispatch({ type: 'ended', why: 'not writable' })
        return
      case 'reset':
        log('entry %s: %s', peer, action.why)
        return wire.reset()
      case 'close':
        callOffPause?.()
        closing = wire.close()
        return
      case 'blame':
        core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.report, what: action.what })
        return
      case 'follow':
        return listener.onHello(action.hello)
      case 'answered':
        patience.answered(goodMs() - Math.min(...action.answers.map(({ sentAtMs }) => sentAtMs)))
        return listener.onAnswers(action.answers)
      case 'pump':
        return listener.onChange()
    }
  }
  return {
    peer,
    state: () => shownAs(state),
    room: () => roomOf(state),
    send: items => {
      dispatch({ type: 'send', items, atMs: goodMs() })
    },
    isInFlight: key => isServed(state) && state.keys.has(key),
    inFlight: () => (isServed(state) ? state.sent.size : 0),
    start: () => {
      dispatch({ type: 'due' })
    },
    stop: async () => {
      dispatch({ type: 'stop' })
      await closing
    }
  }
}

function shownAs({ name }: EntryState): LinkState {
  return name === 'closed' || name === 'dialling' || name === 'stopped' ? 'connecting' : name
}

interface Patience {
  readonly timeoutMs: () => number
  readonly missed: () => void
  readonly answered: (tookMs: number) => void
}

const PATIENCE_MOST = 8

/**
 * How long to wait for an entry's answers. What came too late was taken all the same, and is sent again: with a fixed time, an entry that a busy
 * machine made slower than that would be sent the same reports for ever, and get slower by them.
 */
function patienceWith(leastMs: number): Patience {
  let timeoutMs = leastMs
  const atLeast = (ms: number): void => {
    timeoutMs = Math.min(PATIENCE_MOST * leastMs, Math.max(leastMs, ms))
  }
  return {
    timeoutMs: () => timeoutMs,
    missed: () => atLeast(2 * timeoutMs),
    answered: tookMs => atLeast(Math.max(2 * tookMs, timeoutMs * 0.9))
  }
}

/** Runs `late` once the entry has owed something for so long. */
function deadlineTimer(
  timers: Timers,
  nowMs: () => number,
  timeoutMs: () => number,
  late: () => void
): { readonly set: (owedSinceMs: number | undefined) => void } {
  let armedMs: number | undefined
  let callOff: CallOff | undefined
  return {
    set: sinceMs => {
      if (sinceMs === armedMs) return
      armedMs = sinceMs
      callOff?.()
      if (sinceMs != null) callOff = timers.after(Math.max(0, sinceMs + timeoutMs() - nowMs()), late)
    }
  }
}
