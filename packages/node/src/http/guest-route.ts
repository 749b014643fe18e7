import { ApiError } from './api-error.ts'
import type { GuestView, NodeView } from './node-view.ts'

export interface GuestQuery {
  readonly address?: string
  readonly forMs?: string
}

/** For how long a guest is admitted unless said otherwise, and at most. */
const DEFAULT_MS = 30 * 24 * 60 * 60 * 1000
const LONGEST_MS = 366 * 24 * 60 * 60 * 1000
const ENDS_IN_PEER = /^\/.+\/p2p\/[1-9A-HJ-NP-Za-km-z]{40,70}$/
const MOST_ADDRESS_CHARACTERS = 512

/** `POST /v1/guests?address=…&forMs=…`: a seed's operator vouches for a peer that speaks no Peerwatch. Undefined on other roles. */
export async function addGuest(view: NodeView, { address = '', forMs = String(DEFAULT_MS) }: GuestQuery): Promise<GuestView | undefined> {
  if (address.length > MOST_ADDRESS_CHARACTERS || !ENDS_IN_PEER.test(address)) {
    throw new ApiError('bad-request', `address: expected a multiaddr that ends in /p2p/ID, found ${JSON.stringify(address.slice(0, 100))}`)
  }
  const ms = Number(forMs)
  if (!Number.isSafeInteger(ms) || ms <= 0 || ms > LONGEST_MS) {
    throw new ApiError('bad-request', `forMs: expected 1 to ${LONGEST_MS}, found ${JSON.stringify(forMs.slice(0, 40))}`)
  }
  try {
    return await view.addGuest(address, ms)
  } catch (error) {
    throw new ApiError('bad-request', error instanceof Error ? error.message : String(error))
  }
}
