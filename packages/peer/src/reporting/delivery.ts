import { ACCEPTED_FUTURE_WINDOWS, BoundedMap } from '@peerwatch/model'
import { ANSWER_STATUS, isReportWaiting } from '@peerwatch/wire'
import { listeners, toPeerId } from '@peerwatch/link'
import { entryChoice } from './entries.ts'
import { entryLink } from './entry-link.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { EntryLink, EntryTimes, LinkState } from './entry-link.ts'
import type { Answered, Hello } from './entry-state.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

export interface EntryStatus {
  readonly peer: PeerIdString
  readonly state: LinkState
  readonly inFlight: number
}

/** Reports of which one remembers that they were sent in this window and have to wait. */
const WAITING_MOST = 16_384

export interface DeliveryInit {
  readonly registry: RegistryView
  readonly box: Outbox
  readonly times: EntryTimes
  readonly onHello: (from: PeerIdString, hello: Hello) => void
  /** Stored or refused; taken off the outbox before this returns, else they would be sent again. */
  readonly onFinal: (from: PeerIdString, answers: readonly Answered[]) => void
}

/** Brings what is in the outbox to the first entry that takes it. */
export interface Delivery {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Sends what may be sent; call it when the outbox has more. */
  readonly pump: () => void
  /** Resolves when everything is answered, nobody can be reached, or at the deadline. */
  readonly flush: (deadlineMs: number) => Promise<void>
  /** Takes this entry no more up to that window; false where too few others are left. */
  readonly leave: (entry: PeerIdString, untilWindow: WindowNumber) => boolean
  /** Where reports go now. */
  readonly entry: () => PeerIdString | undefined
  readonly entries: () => EntryStatus[]
}

export function delivery(core: Core, init: DeliveryInit): Delivery {
  const { registry, box, times, onHello, onFinal } = init
  /** The window in which a report was last told to wait: it is sent again in another, and lets the others by. */
  const toldToWait = new BoundedMap<string, WindowNumber>(WAITING_MOST)
  const choice = entryChoice(core.self)
  const pumped = listeners()
  let links: EntryLink[] = []
  let entry: PeerIdString | undefined
  let unlisten: (() => void) | undefined

  const nextBatch = (most: number): OutboxItem[] => {
    const batch: OutboxItem[] = []
    // a report from a time when this clock was ahead waits until its window comes, and lets the others by
    const { window } = core.windows.now()
    const last = window + ACCEPTED_FUTURE_WINDOWS
    for (const item of box.items()) {
      if (batch.length >= most) break
      if (item.isDraft || item.window > last || toldToWait.get(item.key) === window) continue
      if (!links.some(link => link.isInFlight(item.key))) batch.push(item)
    }
    return batch
  }
  const sendOn = (active: EntryLink): void => {
    for (let room = active.room(); room > 0; room = active.room()) {
      const batch = nextBatch(room)
      if (batch.length === 0) return
      active.send(batch)
    }
  }
  const pump = (): void => {
    if (links.length > 0 && choice.hasReturned(core.windows.now().window)) choose()
    const active = links.find(link => link.state() === 'ready')
    if (active?.peer !== entry) {
      entry = active?.peer
      core.emit('entry:changed', { entry: entry == null ? undefined : toPeerId(entry) })
    }
    if (active != null) sendOn(active)
    pumped.tell()
  }
  const linkTo = (peer: PeerIdString): EntryLink =>
    entryLink(core, peer, registry, times, {
      onHello: hello => {
        onHello(peer, hello)
      },
      onAnswers: answers => {
        const { window } = core.windows.now()
        for (const { item, status, code } of answers) {
          if (status === ANSWER_STATUS.retry && isReportWaiting(code)) toldToWait.set(item.key, window)
        }
        onFinal(
          peer,
          answers.filter(({ status }) => status !== ANSWER_STATUS.retry)
        )
      },
      onChange: pump
    })
  const choose = (): void => {
    const old = links
    links = choice.choose(core.roster.current(), core.windows.now().window).map(peer => old.find(link => link.peer === peer) ?? linkTo(peer))
    for (const link of old) if (!links.includes(link)) link.stop().catch(() => {})
    for (const link of links) if (!old.includes(link)) link.start()
    pump()
  }
  const isDone = (): boolean => nextBatch(1).length === 0 && links.every(link => link.inFlight() === 0)
  const isHopeless = (): boolean => links.every(link => link.state() === 'connecting')

  return {
    start: () => {
      unlisten = core.roster.onChange(choose)
      choose()
    },
    stop: async () => {
      unlisten?.()
      const stopping = links
      links = []
      entry = undefined
      await Promise.all(stopping.map(async link => link.stop()))
    },
    pump,
    flush: async deadlineMs => {
      if (isDone() || isHopeless()) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const check = (): void => {
        if (isDone() || isHopeless()) resolve()
      }
      const callOff = core.clock.after(deadlineMs, resolve)
      const unhear = pumped.add(check)
      await promise
      callOff()
      unhear()
    },
    leave: (node, untilWindow) => {
      if (!choice.leave(node, untilWindow, core.roster.current())) return false
      choose()
      return true
    },
    entry: () => entry,
    entries: () => links.map(link => ({ peer: link.peer, state: link.state(), inFlight: link.inFlight() }))
  }
}
