/** `POST /v1/erasures/:peer` and `GET /v1/erasures/:peer`: the receipt of an erasure. */
export interface ErasureView {
  readonly peer: string
  /** All reports about windows up to the end of this epoch are to go. */
  readonly upToEpoch: number
  /** When that epoch ends. */
  readonly upToMs: number
  /** Every trusted node has erased all of it. */
  readonly isComplete: boolean
  readonly holders: readonly HolderView[]
  readonly remains: readonly RemainsView[]
}

export interface HolderView {
  readonly node: string
  /** As the roster calls it. */
  readonly name: string | undefined
  /**
   * `case`, `certificate`: it waits for their end. `removing`: no record is read any more, and they are being removed. `unknown`: it has not heard of the
   * erasure yet. `out of reach`: it does not answer.
   */
  readonly state: 'unknown' | 'case' | 'certificate' | 'removing' | 'erased' | 'out of reach'
  /** That it removed. */
  readonly records: number
}

/** The data that an erasure leaves. */
export interface RemainsView {
  /**
   * `certificate`: on every node. `case`: at the trusted nodes that examine it. `erasure`: the erasure itself, which names the peer. `later`: what is
   * reported after it. `registration`: what seeds list. `evictions`: how often it was evicted, on every node. `unsent`: reports that wait at their reporters.
   * `logs`: of every operator.
   */
  readonly what: 'certificate' | 'case' | 'erasure' | 'later' | 'registration' | 'evictions' | 'unsent' | 'logs'
  /** Until then at most. */
  readonly untilMs?: number
}

/** `POST /v1/erasures/:peer` with `{ "erasure": BASE64 }` */
export interface PublishedErasureView {
  /** `known`: the node has it already. `older`: it has one that goes further. `full`: it knows as many as it may. */
  readonly taken: 'newer' | 'known' | 'older' | 'full'
  readonly receipt: ErasureView | undefined
}

/** A line of `GET /v1/export/:peer`, as JSON. */
export type ExportLineView =
  | {
      readonly kind: 'report' | 'expired' | 'finding' | 'ledger' | 'certificate' | 'registration'
      readonly subject: string
      readonly author?: string
      readonly window?: number
      readonly atMs?: number
      readonly content: object
      readonly holders: readonly string[]
    }
  | {
      /** The last one: without it the answer was cut off. */
      readonly kind: 'summary'
      readonly peer: string
      readonly about: number
      readonly by: number
      readonly isComplete: boolean
      readonly notAsked: readonly { readonly node: string; readonly reason: string }[]
    }
