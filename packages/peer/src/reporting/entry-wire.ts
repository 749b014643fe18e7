import { within } from '@peerwatch/model'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { frames, reachStream } from '@peerwatch/link'
import { frameBudget } from './frame-budget.ts'
import type { Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { ReportDown } from '@peerwatch/wire'
import type { Core, FrameFault, Frames, RegistryView } from '@peerwatch/link'
import type { Pull } from './entry-news.ts'
import type { NumberedReport } from './entry-state.ts'

/** The stream to one entry, or none; after one comes the next. */
export interface EntryWire {
  /** Asks for a stream; `onOpen` or `onFailed` follows, unless it is closed before. */
  readonly open: () => void
  /** False when the stream has ended; nothing is told then. */
  readonly write: (reports: readonly NumberedReport[]) => boolean
  readonly pull: (pull: Pull) => void
  /** From here on nothing is told of this stream. */
  readonly reset: () => void
  /** Opens no more. */
  readonly close: () => Promise<void>
}

export interface EntryWireInit {
  readonly registry: Pick<RegistryView, 'find'>
  readonly dialTimeoutMs: number
  readonly onOpen: () => void
  readonly onFailed: (error: unknown) => void
  /** The next frame waits until this settles. `tookMs` is how long ago the stream was asked for. */
  readonly onFrame: (frame: ReportDown, tookMs: number) => Promise<void>
  /** Hears what the entry did wrong, in the words of docs/protocol.md. A frame that cannot be decoded is `malformed`. */
  readonly onFault: (what: string) => void
  readonly onEnd: (why: string) => void
}

export function entryWire(core: Core, peer: PeerIdString, init: EntryWireInit): EntryWire {
  const { clock, health, windows } = core
  /** All streams of an entry share one budget. */
  const budget = frameBudget()
  const stopping = new AbortController()
  let current: Frames | undefined

  const openStream = async (signal: AbortSignal): Promise<{ readonly stream: Stream; readonly askedAtMs: number }> => {
    core.budgets.spend('redials')
    // Where no seed answers, the peer store may know the address from an earlier run.
    await init.registry.find([peer]).catch(() => [])
    signal.throwIfAborted()
    const askedAtMs = clock.monotonicMs()
    return { stream: await reachStream(core, peer, PROTOCOLS.report, { timeoutMs: init.dialTimeoutMs, signal }), askedAtMs }
  }
  const faultOf = ({ hello, certificates, roster }: ReportDown): string | undefined => {
    if (!budget.take(windows.now().window, certificates.length > 0 || roster.byteLength > 0)) return 'too-many-frames'
    if (hello != null && hello.windowOffsetMs >= windows.windowMs) return 'bad-hello'
    return undefined
  }
  const read = async (bytes: Uint8Array, askedAtMs: number): Promise<void> => {
    const frame = messages.reportDown.decode(bytes)
    const fault = faultOf(frame)
    if (fault == null) await init.onFrame(frame, clock.monotonicMs() - askedAtMs)
    else init.onFault(fault)
  }
  const ended = (fault: FrameFault | undefined): void => {
    if (fault == null || fault === 'reset') init.onEnd(fault ?? 'closed')
    else init.onFault(fault)
  }
  const open = async (): Promise<void> => {
    const { stream, askedAtMs } = await within(health, init.dialTimeoutMs, openStream, stopping.signal)
    if (stopping.signal.aborted) {
      stream.abort(new Error('stopped'))
      return
    }
    // a frame that comes late from a stream that was left says nothing about the next stream
    const opened: Frames = frames(stream, {
      clock,
      maxFrameBytes: messages.reportDown.maxBytes,
      onFrame: async bytes => {
        if (current !== opened) return
        await read(bytes, askedAtMs).catch(() => {
          if (current === opened) init.onFault('malformed')
        })
      },
      onEnd: fault => {
        if (current === opened) ended(fault)
      }
    })
    current = opened
    init.onOpen()
  }
  const letGo = (): Frames | undefined => {
    const left = current
    current = undefined
    return left
  }
  return {
    open: () => {
      open().catch(init.onFailed)
    },
    write: reports => {
      budget.earn(reports.length)
      const encoded = reports.map(({ number, report }) => ({ number, report }))
      return current?.send(messages.reportUp.encode({ reports: encoded, pullRoster: false, pullCertificates: false })) ?? false
    },
    pull: pull => {
      current?.send(messages.reportUp.encode({ reports: [], ...pull }))
    },
    reset: () => {
      letGo()?.abort('reset')
    },
    close: async () => {
      stopping.abort()
      await letGo()?.close()
    }
  }
}
