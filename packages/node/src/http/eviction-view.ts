import type { EvictableDimension } from '@peerwatch/model'

/** `GET /v1/evictions`: `{ evictions: EvictionView[] }` */
export interface EvictionView {
  readonly peer: string
  readonly dimension: EvictableDimension
  readonly reason: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly serial: number
  readonly signers: readonly string[]
}
