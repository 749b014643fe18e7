import { within } from '@peerwatch/model'
import { LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { backOff, frames, peerIdBytes, reachStream } from '@peerwatch/link'
import { findAddresses, looks } from './looks.ts'
import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Frames, NeighboursView, Part, RegistryView, SeenNeighbour, SeenView } from '@peerwatch/link'
import type { LookOrder } from './watcher-owner.ts'

export interface WatcherLinkInit {
  /** The trusted node that this watcher belongs to. */
  readonly owner: PeerIdString
  readonly seen: Pick<SeenView, 'onSeen' | 'cuts'>
  readonly neighbours: Pick<NeighboursView, 'list' | 'hold' | 'release'>
  readonly registry: Pick<RegistryView, 'find'>
  /** Asks a suspect for its copies: by GRAFT, or by IWANT if the suspect's mesh is full. */
  readonly graft?: (peer: PeerIdString) => void
}

export interface WatcherLink extends Part {
  readonly isLinked: () => boolean
  readonly looks: () => LookOrder[]
  readonly start: () => void
  readonly stop: () => Promise<void>
}

const REDIAL_TIMES = { leastMs: 500, mostMs: 30_000 }
const DIAL_TIMEOUT_MS = 10_000

/** A watcher's side. It keeps the stream to its owner, tells the owner what it saw, and follows the owner's orders. */
export function watcherLink(core: Core, init: WatcherLinkInit): WatcherLink {
  const { owner, seen, neighbours, registry } = init
  const unsubscribe: (() => void)[] = []
  const kept = keptWindows(core)
  let link: Frames | undefined
  const tries = backOff(core, REDIAL_TIMES)
  let callOff: CallOff | undefined
  let isStopped = true

  const looking = looks(core, {
    seen,
    neighbours,
    registry,
    graft: init.graft,
    onLinked: () => {
      send(core.windows.now().window, [])
    }
  })
  const send = (window: WindowNumber, what: readonly SeenNeighbour[]): boolean => {
    if (link == null) return false
    const linked = looking.linked().map(peerIdBytes)
    const entries = what.map(entry => ({ ...entry, peer: peerIdBytes(entry.peer), dimension: core.dimensions.row(entry.dimension).number }))
    for (let from = 0; from === 0 || from < entries.length; from += LIMITS.seen) {
      if (!link.send(messages.watcherUp.encode({ window, seen: entries.slice(from, from + LIMITS.seen), linked }))) return false
    }
    return true
  }
  const connect = async (): Promise<void> => {
    core.budgets.spend('redials')
    const stream = await within(core.health, DIAL_TIMEOUT_MS, async signal => {
      await findAddresses(core, registry, owner)
      return reachStream(core, owner, PROTOCOLS.watch, { timeoutMs: DIAL_TIMEOUT_MS, signal })
    })
    if (isStopped) {
      stream.abort(new Error('stopped'))
      return
    }
    const opened: Frames = frames(stream, {
      clock: core.health,
      maxFrameBytes: messages.watcherDown.maxBytes,
      onFrame: frame => {
        // only the owner's first orders show that it takes us
        tries.opened()
        looking.obey(messages.watcherDown.decode(frame).looks)
      },
      onEnd: () => {
        if (link !== opened) return
        link = undefined
        reconnect()
      }
    })
    link = opened
    kept.tellAgain(send)
  }
  const reconnect = (): void => {
    if (isStopped) return
    callOff?.()
    callOff = core.clock.after(tries.pauseMs(), () => {
      connect().catch((error: unknown) => {
        core.log('no link to the owner: %e', error)
        reconnect()
      })
    })
  }
  return {
    isLinked: () => link?.isOpen() === true,
    looks: looking.list,
    start: () => {
      isStopped = false
      looking.start()
      unsubscribe.push(
        seen.onSeen((window, what) => {
          kept.add(window, what)
          kept.tell(send)
          looking.renew()
        })
      )
      reconnect()
    },
    stop: async () => {
      isStopped = true
      callOff?.()
      for (const end of unsubscribe.splice(0)) end()
      looking.stop()
      const open = link
      link = undefined
      await open?.close()
    }
  }
}

type Tell = (window: WindowNumber, what: readonly SeenNeighbour[]) => boolean

/** The last windows. Each link is told each of them once. */
function keptWindows(core: Pick<Core, 'windows' | 'dimensions'>) {
  /** A new link is told of so many windows, and first of those that the link before it may have lost on the way. Older windows are beyond any finding. */
  const most = core.dimensions.evidenceWindows
  const kept: { window: WindowNumber; what: readonly SeenNeighbour[] }[] = []
  /** How many of the kept windows this link was told. */
  let toldCount = 0

  const tell = (send: Tell): void => {
    const oldest = core.windows.now().window - most
    while (kept.length > most || (kept.length > 0 && kept[0]!.window < oldest)) {
      kept.shift()
      toldCount = Math.max(0, toldCount - 1)
    }
    while (toldCount < kept.length && send(kept[toldCount]!.window, kept[toldCount]!.what)) toldCount++
  }
  return {
    add: (window: WindowNumber, what: readonly SeenNeighbour[]): void => {
      kept.push({ window, what })
    },
    tell,
    /** Call it for a new link. */
    tellAgain: (send: Tell): void => {
      toldCount = 0
      tell(send)
    }
  }
}
