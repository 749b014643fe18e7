import { contains, placeIn } from '@peerwatch/trust-tree'
import type { Place } from '@peerwatch/model'
import type { PlaceRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'

/** Reports per second of the owned range, averaged over about this long. Longer: steadier, slower to show a change. */
const AVERAGED_MS = 30_000
/** Of so many reports the places are kept, of the newest: enough that a cut misses its share by a few hundredths. */
const PLACES_KEPT = 1_024
/** With fewer the range is cut by its width. */
const PLACES_ENOUGH = 32

export interface LoadMeter {
  readonly count: (place: Place) => void
  readonly perSecond: () => number
  /** From this place on up to its end lies this share of what came in for a range; never its first place. */
  readonly split: (range: PlaceRange, share: number) => Place
}

export function loadMeter(core: Core): LoadMeter {
  const places: Place[] = []
  let next = 0
  let counted = 0
  let atMs = core.clock.monotonicMs()
  const forget = (): void => {
    const nowMs = core.clock.monotonicMs()
    counted *= Math.exp((atMs - nowMs) / AVERAGED_MS)
    atMs = nowMs
  }
  return {
    count: place => {
      forget()
      counted++
      places[next] = place
      next = (next + 1) % PLACES_KEPT
    },
    perSecond: () => {
      forget()
      return counted / (AVERAGED_MS / 1000)
    },
    split: (range, share) => {
      // in the order in which they lie behind the start, round the end of the key space
      const inside = places.filter(place => contains(range, place))
      const sorted = [...inside.filter(place => place >= range.from).toSorted(), ...inside.filter(place => place < range.from).toSorted()]
      const cut = sorted[Math.floor(sorted.length * (1 - share))]
      return sorted.length < PLACES_ENOUGH || cut == null || cut === range.from ? placeIn(range, 1 - share) : cut
    }
  }
}
