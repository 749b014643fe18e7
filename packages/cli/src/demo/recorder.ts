import { describedEvents, describeEvent } from './describe-event.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node'
import type { PeerwatchEvents } from '@peerwatch/services'
import type { DemoEvent } from './state.ts'

type Signed = PeerwatchEvents['finding:signed']['detail']
type Certified = PeerwatchEvents['certificate:made']['detail']

/** What the nodes told while the demo ran. */
export interface Recorder {
  readonly listen: (node: PeerwatchNode) => void
  readonly events: () => readonly DemoEvent[]
  readonly nameOf: (id: { toString: () => string }) => string
  readonly counts: () => { readonly messages: number; readonly reports: number; readonly cases: number }
  /** When each seed took which peer off its registry. */
  readonly removals: () => ReadonlyMap<PeerIdString, { readonly atMs: number; readonly seeds: readonly PeerIdString[]; readonly told: ReadonlySet<string> }>
  readonly certified: () => ReadonlyMap<PeerIdString, Certified & { readonly atMs: number }>
  readonly acquitted: () => ReadonlySet<PeerIdString>
  /** What nodes say while they stop is for the logs. */
  readonly end: () => void
}

/** Shown events kept; the view shows the newest, the logs have all. */
const MOST_EVENTS = 500

export function recorder(elapsedMs: () => number, onEvent: (event: DemoEvent) => void): Recorder {
  const names = new Map<string, string>()
  const events: DemoEvent[] = []
  const removals = new Map<PeerIdString, { atMs: number; seeds: PeerIdString[]; told: Set<string> }>()
  const certified = new Map<PeerIdString, Certified & { atMs: number }>()
  const acquitted = new Set<PeerIdString>()
  let isOver = false
  const counts = { messages: 0, reports: 0, cases: 0 }
  const told = new Set<string>()
  const nameOf = (id: { toString: () => string }): string => names.get(id.toString()) ?? `…${id.toString().slice(-6)}`

  const tell = (node: string, { tone, text }: Pick<DemoEvent, 'tone' | 'text'>): void => {
    if (isOver) return
    const event: DemoEvent = { atMs: elapsedMs(), node, tone, text }
    events.push(event)
    if (events.length > MOST_EVENTS) events.shift()
    onEvent(event)
  }
  /** Twenty nodes that refuse the same peer are one line; misses and tests are in the logs. */
  const isNews = (type: keyof PeerwatchEvents, node: PeerwatchNode, text: string): boolean => {
    const key = type === 'neighbour:cut' || type === 'neighbour:dead' ? `${node.name} ${text}` : `${type} ${text}`
    if (told.has(key)) return false
    told.add(key)
    return true
  }
  const listen = (node: PeerwatchNode): void => {
    names.set(node.peerId.toString(), node.name)
    const { peerwatch } = node.libp2p.services
    for (const type of describedEvents) {
      peerwatch.addEventListener(type, ({ detail }) => {
        const said = describeEvent(type, detail as never, nameOf)
        // a finding is told by whoever signed it, not by those who hear of it
        if (type === 'finding:signed' && !(detail as Signed).by.equals(node.peerId)) return
        if (said != null && isNews(type, node, said.text)) tell(node.name, said)
      })
    }
    peerwatch.addEventListener('peer:removed', ({ detail }) => {
      const id = detail.peer.toString() as PeerIdString
      const known = removals.get(id) ?? { atMs: elapsedMs(), seeds: detail.seeds.map(seed => seed.toString() as PeerIdString), told: new Set<string>() }
      known.told.add(node.name)
      removals.set(id, known)
    })
    peerwatch.addEventListener('certificate:made', ({ detail }) => {
      const id = detail.subject.toString() as PeerIdString
      if (!certified.has(id)) certified.set(id, { ...detail, atMs: elapsedMs() })
    })
    peerwatch.addEventListener('case:opened', () => {
      counts.cases++
    })
    peerwatch.addEventListener('case:closed', ({ detail }) => {
      if (detail.outcome === 'acquitted') acquitted.add(detail.subject.toString() as PeerIdString)
    })
    peerwatch.addEventListener('report:acknowledged', () => {
      counts.reports++
    })
    node.onFirstSight(() => {
      counts.messages++
    })
  }
  return {
    listen,
    events: () => events,
    nameOf,
    counts: () => counts,
    removals: () => removals,
    certified: () => certified,
    acquitted: () => acquitted,
    end: () => {
      isOver = true
    }
  }
}
