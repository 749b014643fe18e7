import type { Observation, PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { SeenWindowView } from '../http/peers-view.ts'

/** A roster allows some hundred links at most, so this is some thousand small counts. */
const WINDOWS_MOST = 30

/** What this node itself saw of its neighbours in the last windows, newest first. */
export function seenWindows({ events }: Core): (peer: PeerIdString) => SeenWindowView[] {
  const kept: (readonly Observation[])[] = []
  events.addEventListener('window:closed', ({ detail: { observations } }) => {
    kept.unshift(observations)
    kept.splice(WINDOWS_MOST)
  })
  return peer =>
    kept.flatMap(observations => {
      const seen = observations.find(({ subject }) => subject === peer)
      return seen == null ? [] : [{ window: seen.window, counts: seen.counts, cuts: seen.cuts }]
    })
}
