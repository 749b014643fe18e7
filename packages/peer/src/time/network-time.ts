import { agreement } from './agreement.ts'
import { askTime } from './ask-time.ts'
import { clockAlarm } from './clock-alarm.ts'
import { OWN, voicesOf } from './voices.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'
import type { Agreement, Voice } from './agreement.ts'
import type { Speaker } from './voices.ts'
import type { Hello } from '../reporting/entry-state.ts'

export interface NetworkTimeInit {
  /** The trusted nodes that are asked where a link to them is open. */
  readonly asked: () => readonly PeerIdString[]
  /** How they are asked; for tests. */
  readonly ask?: (peer: PeerIdString, signal: AbortSignal) => Promise<Hello>
}

/**
 * The time of the network as a peer or a seed has it: where more than half of its own clock and of what trusted nodes say agree. A seed has no voice.
 * A trusted node goes by its own clock alone. Where the roster names one trusted node only, that one is right: it alone decides what a report is
 * worth, and nobody could be asked who of the two is wrong.
 */
export interface NetworkTime extends Part {
  /** Takes what a trusted node told within the last `tookMs`. */
  readonly hear: (from: PeerIdString, told: Hello) => void
  /** A trusted node has spoken, and enough agree. */
  readonly isAgreed: () => boolean
  /** False from when this machine's clock jumped until the trusted nodes were asked: what is seen meanwhile belongs to no window. */
  readonly isSure: () => boolean
}

/** So often a trusted node is asked again; each window, while one has not answered or too few agree. */
const ASKED_EVERY_WINDOWS = 30
/** A voice counts for so long after it spoke. */
const VOICE_LASTS_WINDOWS = 4 * ASKED_EVERY_WINDOWS

export function networkTime(core: Core, init: NetworkTimeInit): NetworkTime {
  const { clock, windows } = core
  const ask = init.ask ?? (async (peer, signal) => askTime(core, peer, signal))
  const voices = voicesOf(core, VOICE_LASTS_WINDOWS)
  const alarm = clockAlarm(core)
  const ends: (() => void)[] = []
  let stopping = new AbortController()
  let asking: Promise<void> | undefined
  let askedInWindow: WindowNumber = -Infinity
  let isAgreed = false
  let isSure = true
  /** The clocks agreed since the start, or since this machine's clock jumped. */
  let isSettled = false
  /** The network's time when they last did: it never runs back over a window that was closed until then. */
  let agreedAtMs = -Infinity

  const settle = (isTold: boolean): void => {
    const all = voices.current()
    const others = all.filter(({ name }) => name !== OWN)
    const agreed = agreement(all, windows.aheadMs()) ?? soleVoice(core, others)
    isAgreed = agreed != null && others.some(({ name }) => agreed.names.has(name))
    if (agreed != null && isAgreed) {
      const aheadMs = (agreed.fromMs + agreed.toMs) / 2
      if (isTold) alarm(all, agreed.names, aheadMs)
      const how = isSettled || clock.monotonicMs() + aheadMs < agreedAtMs ? 'in steps' : 'whole'
      // before it steers: that may notice a jump, after which nothing is settled
      isSettled = true
      windows.steer(aheadMs, how)
      agreedAtMs = windows.nowMs()
    } else {
      if (isTold) alarm(all, new Set([OWN]))
      // the clock that most agreed on before is still the better one
      if (!isSettled) windows.steer(undefined, 'in steps')
    }
  }
  const askAll = async (): Promise<void> => {
    askedInWindow = windows.now().window
    const asked = init.asked().filter(peer => peer !== core.self)
    await Promise.all(
      asked.map(async peer => {
        await ask(peer, stopping.signal).then(
          told => voices.note(peer, told),
          (error: unknown) => core.log('%s does not tell the time: %s', peer, error)
        )
      })
    )
  }
  const look = (): void => {
    asking ??= askAll().finally(() => {
      asking = undefined
      if (stopping.signal.aborted) return
      isSure = true
      settle(true)
    })
  }
  const onWindow = (): void => {
    if (!isSure) return
    if (isSettled && isAgreed) agreedAtMs = windows.nowMs()
    const isComplete = init.asked().every(peer => peer === core.self || voices.has(peer))
    const everyWindows = isComplete && isAgreed ? ASKED_EVERY_WINDOWS : 1
    if (Math.abs(windows.now().window - askedInWindow) >= everyWindows) look()
    else settle(true)
  }
  const onJump = (): void => {
    // this clock may have stood still since the others spoke
    voices.clear()
    isSure = false
    isSettled = false
    isAgreed = false
    windows.steer(windows.aheadMs(), 'in steps')
    void (asking ?? Promise.resolve()).then(look)
  }
  const onRoster = (): void => {
    settle(false)
  }
  return {
    hear: (from, told) => {
      voices.note(from, told)
      // the others speak in a moment
      if (isSure) settle(false)
    },
    isAgreed: () => isAgreed,
    isSure: () => isSure,
    start: () => {
      stopping = new AbortController()
      // a node that was stopped while it asked after a jump asks anew
      if (!isSure) look()
      ends.push(windows.onWindow(onWindow), windows.onJump(onJump), core.roster.onChange(onRoster))
    },
    stop: async () => {
      for (const end of ends.splice(0)) end()
      stopping.abort()
      await asking
    }
  }
}

/** Where a network has one trusted node, that one is right. */
function soleVoice(core: Core, others: readonly Voice<Speaker>[]): Agreement<Speaker> | undefined {
  const [only] = others
  return only != null && others.length === 1 && core.roster.current().trusted.length === 1 ? { ...only, names: new Set([only.name]) } : undefined
}
