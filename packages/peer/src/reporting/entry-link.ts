import { within } from '@peerwatch/model'
import { ANSWER_STATUS, LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { backOff, frames, toPeerId } from '@peerwatch/link'
import { frameBudget } from './frame-budget.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Answer, ReportDown } from '@peerwatch/wire'
import type { Core, Frames, RegistryView } from '@peerwatch/link'
import type { OutboxItem } from './outbox.ts'

/** More credits than any entry has a use for: somebody plays with us. */
const CREDITS_MOST = 65_536

export interface EntryTimes {
  /** A hello or an answer that takes longer ends the stream. */
  readonly answerTimeoutMs: number
  readonly dialTimeoutMs: number
  /** Pause after the first failure, half of it by chance; doubles with each further one up to `mostBackoffMs`. */
  readonly leastBackoffMs: number
  readonly mostBackoffMs: number
}

export type LinkState = 'connecting' | 'waiting' | 'ready' | 'resting'

export interface Answered {
  readonly item: OutboxItem
  readonly status: number
  readonly code: number
}

/** What happened on a link; all are called with the link's state already changed. */
export interface EntryLinkListener {
  readonly onHello: (window: WindowNumber, offsetMs: number, tookMs: number) => void
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
  readonly stop: () => Promise<void>
}

interface Sent {
  readonly item: OutboxItem
  readonly sentAtMs: number
}

export function entryLink(core: Core, peer: PeerIdString, registry: RegistryView, times: EntryTimes, listener: EntryLinkListener): EntryLink {
  const { clock, health, log } = core
  const budget = frameBudget()
  const tries = backOff(core, { leastMs: times.leastBackoffMs, mostMs: times.mostBackoffMs })
  const sent = new Map<number, Sent>()
  const keys = new Set<string>()
  let framed: Frames | undefined
  let state: LinkState = 'connecting'
  let credits = 0
  let lastNumber = 0
  let openedAtMs = 0
  let pulledInWindow = -1
  let callOffRetry: CallOff | undefined
  let callOffAnswer: CallOff | undefined
  let dialling: AbortController | undefined
  let isStopped = false

  /** While this node itself stood still nobody is slow. */
  const goodMs = (): number => clock.monotonicMs() - health.lostMs()
  const change = (next: LinkState): void => {
    if (next === state) return
    state = next
    listener.onChange()
  }
  const later = (run: () => void): void => {
    callOffRetry?.()
    if (!isStopped) callOffRetry = clock.after(tries.pauseMs(), run)
  }
  const down = (why: string): void => {
    if (framed == null) return
    log('entry %s: %s', peer, why)
    framed = undefined
    callOffAnswer?.()
    sent.clear()
    keys.clear()
    credits = 0
    later(dial)
    state = 'connecting'
    listener.onChange()
  }
  const leave = (what: string): void => {
    const stream = framed
    if (stream == null) return
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.report, what })
    down(`left: ${what}`)
    stream.abort('reset')
  }
  const tooSlow = (): void => {
    const stream = framed
    down('no answer in time')
    stream?.abort('reset')
  }
  const awaitAnswer = (): void => {
    callOffAnswer?.()
    const [oldest] = sent.values()
    if (oldest != null) callOffAnswer = health.after(Math.max(0, oldest.sentAtMs + times.answerTimeoutMs - goodMs()), tooSlow)
  }
  const takeAnswer = ({ number, status, code }: Answer): Answered | undefined => {
    const found = sent.get(number)
    if (found == null) throw new Error('unknown-number')
    // What a later version may answer is ignored here; the time-out gives the report to the other entry.
    if (status < ANSWER_STATUS.stored || status > ANSWER_STATUS.retry) return undefined
    sent.delete(number)
    keys.delete(found.item.key)
    return { item: found.item, status, code }
  }
  const rest = (): void => {
    later(() => {
      tries.opened()
      change('ready')
    })
    change('resting')
  }
  const takeAnswers = (answers: readonly Answer[]): void => {
    const taken = answers.map(takeAnswer).filter(answered => answered != null)
    if (taken.length === 0) return
    awaitAnswer()
    const mustRest = taken.some(({ status }) => status === ANSWER_STATUS.retry)
    listener.onAnswers(taken)
    // The other entry gets what this one cannot take now.
    if (mustRest && state === 'ready') rest()
  }
  const pullNews = ({ live, rosterVersion }: ReportDown): void => {
    const ours = core.certificates.liveSet()
    const pullRoster = rosterVersion > core.roster.current().version
    const pullCertificates = live != null && (live.count !== ours.count || Buffer.compare(live.hash, ours.hash) !== 0)
    const { window } = core.windows.now()
    if ((!pullRoster && !pullCertificates) || pulledInWindow === window || !core.budgets.take('pulls')) return
    pulledInWindow = window
    framed?.send(messages.reportUp.encode({ reports: [], pullRoster, pullCertificates }))
  }
  const takeNews = async ({ roster, certificates }: ReportDown): Promise<void> => {
    if (roster.byteLength > 0) {
      await core.roster.accept(roster).catch((error: unknown) => {
        log('entry %s sent a roster that was not taken: %s', peer, error)
      })
    }
    for (const certificate of certificates) await core.certificates.accept(certificate)
  }
  const onFrame = async (stream: Frames, bytes: Uint8Array): Promise<void> => {
    if (framed !== stream) return
    const frame = messages.reportDown.decode(bytes)
    if (!budget.take(core.windows.now().window, frame.certificates.length > 0 || frame.roster.byteLength > 0)) throw new Error('too-many-frames')
    if (state === 'waiting' && frame.hello == null) throw new Error('no-hello')
    if (frame.credits > CREDITS_MOST || credits + frame.credits > CREDITS_MOST) throw new Error('absurd-credits')
    credits += frame.credits
    if (frame.hello != null) {
      const { window, windowOffsetMs } = frame.hello
      if (windowOffsetMs >= core.windows.windowMs) throw new Error('bad-hello')
      callOffAnswer?.()
      listener.onHello(window, windowOffsetMs, clock.monotonicMs() - openedAtMs)
      if (state === 'waiting') {
        tries.opened()
        change('ready')
      }
    }
    takeAnswers(frame.answers)
    pullNews(frame)
    if (frame.credits > 0) listener.onChange()
    await takeNews(frame)
  }
  const dial = (): void => {
    connect().catch((error: unknown) => {
      if (isStopped) return
      log('entry %s: %s', peer, error)
      later(dial)
    })
  }
  const openStream = async (signal: AbortSignal): Promise<Stream> => {
    core.budgets.spend('redials')
    // Where no seed answers, the peer store may know the address from an earlier run.
    await registry.find([peer]).catch(() => [])
    signal.throwIfAborted()
    openedAtMs = clock.monotonicMs()
    return core.components.connectionManager.openStream(toPeerId(peer), PROTOCOLS.report, { signal })
  }
  const connect = async (): Promise<void> => {
    dialling = new AbortController()
    const stream = await within(health, times.dialTimeoutMs, openStream, dialling.signal)
    if (isStopped) {
      stream.abort(new Error('stopped'))
      return
    }
    const opened: Frames = frames(stream, {
      clock,
      maxFrameBytes: messages.reportDown.maxBytes,
      onFrame: async bytes =>
        onFrame(opened, bytes).catch((error: unknown) => {
          if (framed === opened) leave(faultWord(error))
        }),
      onEnd: fault => {
        if (framed !== opened) return
        if (fault == null || fault === 'reset') down(fault ?? 'closed')
        else leave(fault)
      }
    })
    framed = opened
    callOffAnswer = health.after(times.answerTimeoutMs, tooSlow)
    change('waiting')
  }
  return {
    peer,
    state: () => state,
    room: () => (state === 'ready' ? Math.min(credits, LIMITS.batch) : 0),
    send: items => {
      if (framed == null || items.length === 0) return
      const reports = items.map(item => {
        const number = (lastNumber = (lastNumber % 0x7fffffff) + 1)
        sent.set(number, { item, sentAtMs: goodMs() })
        keys.add(item.key)
        return { number, report: item.bytes as Uint8Array<ArrayBuffer> }
      })
      credits -= items.length
      budget.earn(items.length)
      const stream = framed
      if (stream.send(messages.reportUp.encode({ reports, pullRoster: false, pullCertificates: false }))) awaitAnswer()
      else if (framed === stream) down('not writable')
    },
    isInFlight: key => keys.has(key),
    inFlight: () => sent.size,
    start: dial,
    stop: async () => {
      isStopped = true
      callOffRetry?.()
      callOffAnswer?.()
      dialling?.abort()
      const stream = framed
      framed = undefined
      sent.clear()
      keys.clear()
      await stream?.close()
    }
  }
}

/** The words of docs/protocol.md for what an entry did wrong; whatever cannot be decoded is `malformed`. */
function faultWord(error: unknown): string {
  const word = error instanceof Error ? error.message : ''
  return ['unknown-number', 'too-many-frames', 'no-hello', 'absurd-credits', 'bad-hello'].includes(word) ? word : 'malformed'
}
