/** How often something went well and badly; both ≥ 0. */
export interface Counts {
  readonly ok: number
  readonly bad: number
}

export const NOTHING_SEEN: Counts = Object.freeze({ ok: 0, bad: 0 })

export function total(counts: Counts): number {
  return counts.ok + counts.bad
}

/**
 * At most `most` observations, drawn in proportion: capping each side by itself would hide a 10 % corrupter.
 *
 * @param draw - a number in [0, 1) that decides how the fraction is rounded
 */
export function capped(counts: Counts, most: number, draw: number): Counts {
  const n = total(counts)
  if (n <= most) return counts
  const exact = (counts.bad * most) / n
  const bad = Math.floor(exact) + (draw < exact - Math.floor(exact) ? 1 : 0)
  return { ok: most - bad, bad }
}
