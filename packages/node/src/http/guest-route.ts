import { LONGEST_GUEST_MS } from '@peerwatch/peer/parts'
import { ApiError } from './api-error.ts'
import type { AddedGuestView, NodeView, RemovedGuestView } from './node-view.ts'

export interface GuestQuery {
  readonly address?: string
  readonly forMs?: string
}

/** For how long a guest is admitted unless said otherwise. */
const DEFAULT_MS = 30 * 24 * 60 * 60 * 1000
/** Base58, or a CID, which has other letters and may be longer. */
const ENDS_IN_PEER = /^\/.+\/p2p\/[0-9A-Za-z]{40,100}$/
const MOST_ADDRESS_CHARACTERS = 512

/** `POST /v1/guests?address=…&forMs=…`: a seed's operator vouches for a peer that speaks no Peerwatch. Undefined on other roles. */
export async function addGuest(view: NodeView, { address = '', forMs = String(DEFAULT_MS) }: GuestQuery): Promise<AddedGuestView | undefined> {
  if (address.length > MOST_ADDRESS_CHARACTERS || !ENDS_IN_PEER.test(address)) {
    throw new ApiError('bad-request', `address: expected a multiaddr that ends in /p2p/ID, found ${JSON.stringify(address.slice(0, 100))}`)
  }
  const ms = Number(forMs)
  if (!Number.isSafeInteger(ms) || ms <= 0 || ms > LONGEST_GUEST_MS) {
    throw new ApiError('bad-request', `forMs: expected 1 to ${LONGEST_GUEST_MS}, found ${JSON.stringify(forMs.slice(0, 40))}`)
  }
  return refusing(async () => view.addGuest(address, ms))
}

/** `DELETE /v1/guests/PEER`: the seed's operator takes that back. Undefined on other roles. */
export async function removeGuest(view: NodeView, peer: string): Promise<RemovedGuestView | undefined> {
  const removed = await refusing(async () => view.removeGuest(peer))
  if (removed === null) throw new ApiError('unknown-peer', `${peer} is no guest here`)
  return removed
}

async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new ApiError('bad-request', error instanceof Error ? error.message : String(error))
  }
}
