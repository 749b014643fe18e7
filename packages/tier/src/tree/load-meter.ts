import { contains, placeIn } from '@peerwatch/trust-tree'
import type { Place } from '@peerwatch/model'
import type { PlaceRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'

/** The load is the number of reports per second for the owned range, averaged over about this long. Longer: steadier, but slower to show a change. */
export const AVERAGED_MS = 30_000
/** For so many seconds of counting a load is worth as much as what is averaged like this since then: twice `AVERAGED_MS` at most. */
export function countedSeconds(sinceMs: number): number {
  return (2 * AVERAGED_MS * Math.tanh(sinceMs / (2 * AVERAGED_MS))) / 1000
}

/** The meter keeps the places of so many of the newest reports. So a cut misses its share by a few hundredths. */
const PLACES_KEPT = 1_024
/** With fewer places it cuts the range by its width. */
const PLACES_ENOUGH = 32

export interface Cut {
  readonly place: Place
  /** The share that really lies behind, by the newest reports. 0: they are too few to tell, and the cut goes by the width. */
  readonly share: number
}

export interface LoadMeter {
  readonly count: (place: Place) => void
  readonly perSecond: () => number
  /** Call it when the node owns another range. */
  readonly reset: () => void
  /** Where to cut the range, so that about this share of the reports for it lies behind. It never cuts at the first place. */
  readonly cut: (range: PlaceRange, share: number) => Cut
}

export function loadMeter({ clock, health }: Pick<Core, 'clock' | 'health'>): LoadMeter {
  /** Nothing could come in while this node itself stood still, so that time says nothing of the load. */
  const goodMs = (): number => clock.monotonicMs() - health.lostMs()
  const places: Place[] = []
  let next = 0
  let counted = 0
  let atMs = goodMs()
  let sinceMs = atMs
  const forget = (): void => {
    const nowMs = goodMs()
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
      atMs = goodMs()
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
