import { describeEvent } from './describe-event.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { DemoEvent } from './state.ts'
import type { Told, ToldDetail } from './thread-messages.ts'

/** When the first seed took a peer off its registry, on whose votes, and which seeds have by now. */
export interface Removed {
  readonly atMs: number
  readonly seeds: readonly PeerIdString[]
  readonly told: ReadonlySet<string>
}

export type Certified = ToldDetail<'certificate:made'> & { readonly atMs: number }

/** What the nodes told while the demo ran. */
export interface Recorder {
  readonly hear: (node: string, told: Told) => void
  readonly events: () => readonly DemoEvent[]
  readonly casesCount: () => number
  readonly removals: () => ReadonlyMap<PeerIdString, Removed>
  readonly certified: () => ReadonlyMap<PeerIdString, Certified>
  readonly acquitted: () => ReadonlyMap<PeerIdString, { readonly atMs: number }>
  /** What nodes say while they stop is for the logs. */
  readonly end: () => void
}

export interface RecorderInit {
  readonly elapsedMs: () => number
  readonly nameOf: (id: string) => string
  readonly onEvent: (event: DemoEvent) => void
}

/** Shown events kept; the view shows the newest, the logs have all. */
const MOST_EVENTS = 500

export function recorder({ elapsedMs, nameOf, onEvent }: RecorderInit): Recorder {
  const events: DemoEvent[] = []
  const removals = new Map<PeerIdString, { atMs: number; seeds: readonly PeerIdString[]; told: Set<string> }>()
  const certified = new Map<PeerIdString, Certified>()
  const acquitted = new Map<PeerIdString, { atMs: number }>()
  const news = new Set<string>()
  let casesCount = 0
  let isOver = false

  /** Twenty nodes that refuse the same peer are one line, as are all that are late; misses and tests are in the logs. */
  const isNews = (node: string, { event, detail }: Told, text: string): boolean => {
    const key = event === 'neighbour:cut' || event === 'neighbour:dead' ? `${node} ${text}` : event === 'alarm' ? `${event} ${detail.code}` : `${event} ${text}`
    const isNew = !news.has(key)
    news.add(key)
    return isNew
  }
  const show = (node: string, told: Told): void => {
    const said = describeEvent(told, nameOf)
    if (said == null || !isNews(node, told, said.text)) return
    const event: DemoEvent = { atMs: elapsedMs(), node, ...said }
    events.push(event)
    if (events.length > MOST_EVENTS) events.shift()
    onEvent(event)
  }
  const note = (node: string, { event, detail }: Told): void => {
    const atMs = elapsedMs()
    if (event === 'peer:removed') {
      const known = removals.get(detail.peer) ?? { atMs, seeds: detail.seeds, told: new Set<string>() }
      known.told.add(node)
      removals.set(detail.peer, known)
    } else if (event === 'certificate:made' && !certified.has(detail.subject)) certified.set(detail.subject, { ...detail, atMs })
    else if (event === 'case:opened') casesCount++
    else if (event === 'case:closed' && detail.outcome === 'acquitted' && !acquitted.has(detail.subject)) acquitted.set(detail.subject, { atMs })
  }
  return {
    hear: (node, told) => {
      if (isOver) return
      note(node, told)
      show(node, told)
    },
    events: () => events,
    casesCount: () => casesCount,
    removals: () => removals,
    certified: () => certified,
    acquitted: () => acquitted,
    end: () => {
      isOver = true
    }
  }
}
