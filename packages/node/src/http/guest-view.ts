/** `POST /v1/guests?address=…&forMs=…` on a seed; `GET /v1/guests`: `{ guests: GuestView[] }` */
export interface GuestView {
  readonly peer: string
  readonly addresses: readonly string[]
  readonly expiresAtMs: number
  /** Dead by the tests of seeds: no seed lists it until it answers again. */
  readonly removed: boolean
}

/** `POST /v1/guests` */
export interface AddedGuestView extends GuestView {
  /** Whether it answered a ping just now. One that does not is removed as dead when a peer reports it. */
  readonly reachable: boolean
}

/** `DELETE /v1/guests/PEER` on a seed. */
export interface RemovedGuestView {
  readonly peer: string
  /** No seed believes an older word of it until then. */
  readonly untilMs: number
}
