/** `status` of a RegistryResponse. docs/protocol.md has the same table; a number never changes its meaning. */
export const REGISTRY_STATUS = Object.freeze({
  done: 0,
  /** The seed cannot read the request. */
  malformed: 1,
  /** The record is another peer's. */
  foreignRecord: 2,
  /** The seed holds a newer record, or the peer left with this one. Sign one with a higher sequence number. */
  staleRecord: 3,
  badSignature: 4,
  /** More than 16 addresses, or a sequence number beyond 2⁵³. */
  badRecord: 5,
  evicted: 6,
  /** The seed holds as many peers as it may. */
  full: 7,
  tooFast: 8,
  /** Register on this stream first. */
  notRegistered: 9,
  badRoster: 10
})

export type RegistryStatusCode = (typeof REGISTRY_STATUS)[keyof typeof REGISTRY_STATUS]

/** `status` of a QueryResponse. */
export const QUERY_STATUS = Object.freeze({ done: 0, malformed: 1, busy: 2, notReady: 3 })

/** `status` of an AppealResponse. */
export const APPEAL_STATUS = Object.freeze({ evicted: 0, notEvicted: 1, tooFast: 2 })

/** `status` of a TreeResponse. `view`: the asked node has another view and shows it in `hello`. */
export const TREE_STATUS = Object.freeze({ done: 0, view: 1, refused: 2, notReady: 3, failed: 4 })
