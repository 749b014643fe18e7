import type { ListedView } from '@peerwatch/node/node-view'
import type { StandingState } from '@peerwatch/link'

/** How a state is called where people read it, and what it means. Programs and other nodes have its own name. */
export const STATE_WORDS: Readonly<Record<StandingState, { readonly word: string; readonly means: string }>> = {
  unknown: { word: 'unknown', means: 'too little was seen of it' },
  good: { word: 'clear', means: 'known, and nobody accuses it' },
  watched: { word: 'watched', means: 'somebody accuses it, or it was reinstated' },
  suspect: { word: 'suspect', means: 'accused by enough to be examined' },
  evicted: { word: 'evicted', means: 'a certificate against it is in force' }
}

export function isStandingState(state: unknown): state is StandingState {
  return typeof state === 'string' && Object.hasOwn(STATE_WORDS, state)
}

export function stateText(state: StandingState): string {
  const { word, means } = STATE_WORDS[state]
  return `${word}: ${means}`
}

/** Of the registry; it tells who is there, and a state tells of conduct only. */
export const LISTED_WORDS: Readonly<Record<ListedView, string>> = {
  registered: 'registered',
  unreachable: 'registered; a seed could not dial it',
  removed: 'removed: dead by the tests of seeds',
  left: 'left with a goodbye',
  unlisted: 'not registered',
  unknown: 'no seed could be asked'
}

/** Whether the peer is gone: how it behaved says nothing about now. */
export function isGone(registry: ListedView): boolean {
  return registry === 'removed' || registry === 'left'
}
