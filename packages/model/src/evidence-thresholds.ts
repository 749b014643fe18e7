/**
 * The evidence at which a neighbour is cut, by peers and watchers alike, and that a finding needs: exactly the same.
 * Cutting earlier would starve the findings and show who is a watcher. Source: docs/design.md, "From observations to eviction".
 */
export const FINDING_EVIDENCE = Object.freeze({
  integrity: { alteredCopies: 3, authors: 2, withinWindows: 6 },
  resource: { windows: 2, slotShare: 0.5, timesLimit: 2 }
})

/** Length of the slots in which requests are counted. */
export const RESOURCE_SLOT_MS = 500
