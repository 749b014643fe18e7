import { Key } from 'interface-datastore'
import { multiaddr } from '@multiformats/multiaddr'
import { toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Watched } from './watched.ts'

export interface Anchor {
  readonly peer: PeerIdString
  /** Where it was reached. */
  readonly address: string
}

/**
 * Own links that lived, kept over a restart: whoever makes a node restart, or waits for it, does not choose its neighbours anew.
 */
export interface Anchors {
  /** Those of this network; none where nothing can be read. */
  readonly load: () => Promise<readonly Anchor[]>
  /** Writes them where they have changed. */
  readonly keep: (own: readonly Watched[]) => void
}

/** More: a list that was bad once is believed longer. Fewer: one restart of both, and nothing is left. */
const MOST = 2
/** Younger links have shown nothing yet. */
const LIVED_WINDOWS = 3
const KEY = new Key('/peerwatch/anchors')

export function anchors(core: Core): Anchors {
  const { connectionManager, datastore } = core.components
  const network = Buffer.from(core.network.id).toString('hex')
  let kept: readonly Anchor[] = []

  const anchorOf = ({ peer }: Watched): Anchor[] =>
    connectionManager
      .getConnections(toPeerId(peer))
      .filter(({ direction, limits }) => direction === 'outbound' && limits == null)
      .slice(0, 1)
      .map(({ remoteAddr }) => ({ peer, address: remoteAddr.toString() }))
  return {
    load: async () => {
      try {
        kept = (await datastore.has(KEY)) ? readAnchors(await datastore.get(KEY), network) : []
      } catch (error) {
        core.log('anchors cannot be read: %e', error)
        kept = []
      }
      return kept
    },
    keep: own => {
      const { window } = core.windows.now()
      const lived = own.filter(({ misses, sinceWindow, lastAnswerMs }) => misses === 0 && lastAnswerMs != null && window - sinceWindow >= LIVED_WINDOWS)
      const next = lived
        .toSorted((a, b) => a.sinceMs - b.sinceMs)
        .flatMap(anchorOf)
        .slice(0, MOST)
      // a node that is cut off has no links left, and needs the anchors from before
      if (next.length === 0 || namesOf(next) === namesOf(kept)) return
      kept = next
      core.writes.put(KEY, new TextEncoder().encode(JSON.stringify({ network, anchors: next })))
    }
  }
}

function namesOf(all: readonly Anchor[]): string {
  return all.map(({ peer, address }) => `${peer} ${address}`).join()
}

/** Throws where it is none of these. */
function readAnchors(encoded: Uint8Array, network: string): Anchor[] {
  const stored = JSON.parse(new TextDecoder().decode(encoded)) as { readonly network: string; readonly anchors: Anchor[] }
  if (stored.network !== network) return []
  for (const { peer, address } of stored.anchors) {
    toPeerId(peer)
    multiaddr(address)
  }
  return stored.anchors.slice(0, MOST)
}
