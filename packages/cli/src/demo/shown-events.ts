import { describeEvent } from './describe-event.ts'
import type { Told } from '@peerwatch/attacks/play'
import type { DemoEvent } from './state.ts'

/** Keeps the events that the nodes told, as far as a person follows them. */
export interface ShownEvents {
  readonly hear: (node: string, told: Told) => void
  readonly all: () => readonly DemoEvent[]
}

export interface ShownEventsInit {
  readonly elapsedMs: () => number
  readonly nameOf: (id: string) => string
  readonly onEvent: (event: DemoEvent) => void
}

/** Shown events kept; the view shows the newest, the logs have all. */
const MOST_EVENTS = 500

export function shownEvents({ elapsedMs, nameOf, onEvent }: ShownEventsInit): ShownEvents {
  const events: DemoEvent[] = []
  const news = new Set<string>()

  /** Twenty nodes that refuse the same peer are one line, as are all that are late; misses and tests are in the logs. */
  const isNews = (node: string, { event, detail }: Told, text: string): boolean => {
    const key = event === 'neighbour:cut' || event === 'neighbour:dead' ? `${node} ${text}` : event === 'alarm' ? `${event} ${detail.code}` : `${event} ${text}`
    const isNew = !news.has(key)
    news.add(key)
    return isNew
  }
  return {
    hear: (node, told) => {
      const said = describeEvent(told, nameOf)
      if (said == null || !isNews(node, told, said.text)) return
      const event: DemoEvent = { atMs: elapsedMs(), node, ...said }
      events.push(event)
      if (events.length > MOST_EVENTS) events.shift()
      onEvent(event)
    },
    all: () => events
  }
}
