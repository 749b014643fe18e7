import { join, resolve } from 'node:path'
import { epochOf, windowAt } from '@peerwatch/model'
import { createSigner, peerIdBytes } from '@peerwatch/link'
import { messages } from '@peerwatch/wire'
import { FILES } from '../files/layout.ts'
import { loadNetworkFolder } from '../files/network-folder.ts'
import { authorityOf, checkFolder, openKeyOf } from './change-roster.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { ChangedRoster } from './change-roster.ts'

export interface ErasureInit {
  /** Where `init` made the network: it holds `authority/key` and `public/network.json`. */
  readonly directory: string
  readonly peer: PeerIdString
  readonly nowMs: number
}

/** The erasure that the authority signed. `openKey`: others may read the authority's key. */
export interface SignedErasure extends Pick<ChangedRoster, 'openKey'> {
  readonly encoded: Uint8Array
  readonly network: string
  /** The present epoch: what is reported in it goes too. */
  readonly upToEpoch: number
}

/** Signs that all about this peer, and all that it wrote, goes up to now. Throws NodeError `bad-network` or `bad-key`. Nothing is written. */
export async function signErasure({ directory: given, peer, nowMs }: ErasureInit): Promise<SignedErasure> {
  const directory = resolve(given)
  await checkFolder(directory)
  const { network } = await loadNetworkFolder(join(directory, 'public'), 'restore it from a backup')
  const keyPath = join(directory, 'authority', FILES.key)
  const authority = await authorityOf(keyPath, network)
  const { windowMs, epochWindows } = network.roster.preset
  const upToEpoch = epochOf(windowAt(nowMs, windowMs), epochWindows)
  const encoded = await createSigner(authority, network.id).sign('erasure', messages.erasure.encode({ subject: peerIdBytes(peer), upToEpoch }))
  return { encoded, network: network.name, upToEpoch, ...(await openKeyOf(keyPath)) }
}
