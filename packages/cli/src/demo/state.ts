import type { StandingState } from '@peerwatch/link'

export interface DemoTrusted {
  readonly name: string
  /** In the balanced tree over the starting places; absent for its root. */
  readonly parent?: string
  /** First place of the range and the first of the next one, 16 hex digits; absent while it holds none. */
  readonly range?: { readonly from: string; readonly to: string }
  /** Of the owned range; undefined where nobody knows it. */
  readonly reportsPerSecond: number | undefined
}

export interface DemoPeer {
  readonly name: string
  readonly role: 'peer' | 'watcher'
  /** `honest`, or what it does wrong. */
  readonly behaviour: string
  /** 0 to 1; undefined while unknown. */
  readonly standing: number | undefined
  readonly state: StandingState | 'removed'
  /** Examined and found innocent: what its accusers said of it stays in its standing, and is disputed. */
  readonly isAcquitted: boolean
}

/** One thing that happened, ready to be shown. */
export interface DemoEvent {
  readonly atMs: number
  /** Name of the node that tells. */
  readonly node: string
  readonly tone: 'quiet' | 'good' | 'warning' | 'bad'
  readonly text: string
}

/** One thread of the story: who does what, what should come of it, and when it did. */
export interface DemoPlot {
  readonly misdeed: string
  readonly outcome: string
  /** Since the misdeeds began; undefined until it has come about. */
  readonly afterMs: number | undefined
}

/** The phase that the demo is in. */
export type DemoPhase = 'starting' | 'linking' | 'playing' | 'over'

/** All that the live view shows; plain data. */
export interface DemoState {
  readonly elapsedMs: number
  readonly phase: DemoPhase
  /** One line: what it waits for, or why it is late. */
  readonly doing: string
  readonly seed: number
  readonly windowMs: number
  readonly plots: readonly DemoPlot[]
  /** In the order of the key space. */
  readonly trusted: readonly DemoTrusted[]
  readonly peers: readonly DemoPeer[]
  /** Oldest first; only the newest are shown. */
  readonly events: readonly DemoEvent[]
  readonly counts: { readonly messages: number; readonly reports: number; readonly cases: number; readonly removed: number; readonly evicted: number }
}
