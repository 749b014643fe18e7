/**
 * How slow this machine is now, and patience that is counted by it: deadlines say what the reference machine needs with nothing beside it, several times.
 *
 * A fixed piece of work is measured at the start and again while anything is waited for, since load may come later.
 */

/** What the piece takes on the reference machine: three million turns take it 980 ms. */
const REFERENCE_MS = 33
const TURNS = 100_000
const KEYS = 50_000
const MEASURED_EVERY_MS = 2_000
/** The slowest of the last ones counts: a machine that is busy is not so at each moment. */
const KEPT_COUNT = 5
export const LOOK_EVERY_MS = 250
/** Between two looks: more is sleep of this process itself. */
const COUNTED_MOST_MS = 5_000

let sink = 0

/** Half arithmetic and memory, half strings: what nodes do. Longer than a scheduler gives in one piece, so that others' work shows. */
function pieceMs(): number {
  const startedMs = performance.now()
  const counts: Record<string, number> = {}
  for (let turn = 0; turn < TURNS; turn++) {
    const key = `k${turn % KEYS}`
    counts[key] = (counts[key] ?? 0) + turn
    sink += JSON.stringify({ a: turn, b: key }).length
  }
  return performance.now() - startedMs
}

// not compiled yet, the first one is no measure
pieceMs()
const measured: number[] = []
let measuredAtMs = -Infinity

/** Times the reference machine; 1 or more. */
function slowness(): number {
  if (performance.now() - measuredAtMs >= MEASURED_EVERY_MS) {
    measured.push(pieceMs() / REFERENCE_MS)
    measured.splice(0, measured.length - KEPT_COUNT)
    measuredAtMs = performance.now()
  }
  return Math.max(1, ...measured)
}

interface Patience {
  readonly isOver: () => boolean
  /** For people: how long it was, and on what machine. */
  readonly told: () => string
}

/** Begins now, and lasts for `referenceMs` of the reference machine. What this process slept through meanwhile does not count. */
export function patience(referenceMs: number): Patience {
  const startedMs = performance.now()
  let spentMs = 0
  let lookedMs = startedMs
  return {
    isOver: () => {
      const nowMs = performance.now()
      spentMs += Math.min(nowMs - lookedMs, COUNTED_MOST_MS) / slowness()
      lookedMs = performance.now()
      return spentMs > referenceMs
    },
    told: () => `${referenceMs} ms, on this machine ${Math.round(performance.now() - startedMs)} ms at ${slowness().toFixed(1)} times the reference`
  }
}
