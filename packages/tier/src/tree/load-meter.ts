import { contains, placeIn } from '@peerwatch/trust-tree'
import type { Place } from '@peerwatch/model'
import type { PlaceRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'

/** Reports per second of the owned range, averaged over about this long. Longer: steadier, slower to show a change. */
export const AVERAGED_MS = 30_000
/** Of so many reports the places are kept, of the newest: enough that a cut misses its share by a few hundredths. */
const PLACES_KEPT = 1_024
/** With fewer the range is cut by its width. */
const PLACES_ENOUGH = 32

export interface Cut {
  readonly place: Place
  /** What really lies behind, by the newest reports; 0 where they are too few to tell: then it is cut by its width. */
  readonly share: number
}

export interface LoadMeter {
  readonly count: (place: Place) => void
  readonly perSecond: () => number
  /** The range is another one now. */
  readonly reset: () => void
  /** Where the range is cut so that about this share of what came in for it lies behind; never at its first place. */
  readonly cut: (range: PlaceRange, share: number) => Cut
}

export function loadMeter(core: Core): LoadMeter {
  const places: Place[] = []
  let next = 0
  let counted = 0
  let atMs = core.clock.monotonicMs()
  let sinceMs = atMs
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
      // what began a moment ago was counted for that long only
      const averagedMs = AVERAGED_MS * (1 - Math.exp((sinceMs - atMs) / AVERAGED_MS))
      return averagedMs === 0 ? 0 : (counted * 1000) / averagedMs
    },
    reset: () => {
      counted = 0
      atMs = core.clock.monotonicMs()
      sinceMs = atMs
    },
    cut: (range, share) => {
      // in the order in which they lie behind the start, round the end of the key space
      const inside = places.filter(place => contains(range, place))
      const sorted = [...inside.filter(place => place >= range.from).toSorted(), ...inside.filter(place => place < range.from).toSorted()]
      // what one subject brings cannot be cut: the nearest place where another one begins
      const starts = sorted.flatMap((place, index) => (index > 0 && place !== sorted[index - 1] ? [index] : []))
      const wanted = sorted.length * (1 - share)
      const nearest = starts.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best), Infinity)
      const place = sorted[nearest]
      return sorted.length < PLACES_ENOUGH || place == null ? { place: placeIn(range, 1 - share), share: 0 } : { place, share: 1 - nearest / sorted.length }
    }
  }
}
