import { NodeError } from '@peerwatch/node/api-file'
import { isPeerId } from './parse-option.ts'
import { readPetnames } from './petnames.ts'
import { complain } from './terminal.ts'
import type { PeersView, PeerView } from '@peerwatch/node/node-view'
import type { ApiClient } from './api-client.ts'
import type { Petnames } from './petnames.ts'

/** The names that people give to peers, and that peers give themselves. */
export interface Names {
  /** The petname, else the one that the authority signed into the roster. */
  readonly of: (peer: string) => string | undefined
  /** The name that the peer gives itself. Show it in quotes, and only beside the id. */
  readonly claim: (peer: string) => string | undefined
}

/** The user's own names; a file that cannot be used is told on stderr, and nobody has one then. */
export async function petnames(): Promise<Petnames> {
  try {
    return await readPetnames()
  } catch (error) {
    complain(`peerwatch: warning: bad-config: ${error instanceof Error ? error.message : String(error)}`)
    return new Map()
  }
}

/** Of those that the running node knows. */
export async function namesFrom(node: ApiClient): Promise<Names> {
  return namesIn(await node<PeersView>('GET', '/v1/peers'))
}

/** Of those in an answer of the node. */
export async function namesIn({ peers }: PeersView): Promise<Names> {
  const own = await petnames()
  const known = new Map(peers.map(each => [each.peer, each]))
  return { of: peer => own.get(peer) ?? known.get(peer)?.name, claim: peer => known.get(peer)?.claim }
}

export interface KnownPeer {
  readonly peer: string
  readonly about: string
}

/** For completion: those that the running node knows and those that have petnames. None where no node runs. */
export async function knownPeers(dataDir: string | undefined): Promise<KnownPeer[]> {
  const own = await readPetnames().catch((): Petnames => new Map())
  const about = ({ peer, kind, name }: PeerView): KnownPeer => ({ peer, about: [own.get(peer), name, kind].filter(word => word != null).join(', ') })
  const petnamed = [...own].map(([peer, name]): KnownPeer => ({ peer, about: name }))
  try {
    const { apiClient } = await import('./api-client.ts')
    const ask = await apiClient(dataDir)
    const { peers } = await ask<PeersView>('GET', '/v1/peers')
    const told = new Set(peers.map(({ peer }) => peer))
    return [...peers.map(about), ...petnamed.filter(({ peer }) => !told.has(peer))]
  } catch {
    return petnamed
  }
}

const SHOWN_MOST = 3

/** The one peer that is meant by an id, the beginning of one, `BEGIN…END` or a name. Rejects with NodeError `unknown-peer` for none, `bad-option` for several. */
export async function resolvePeer(node: ApiClient, like: string): Promise<string> {
  if (isPeerId(like)) return like
  const [own, { peers }] = await Promise.all([petnames(), node<PeersView>('GET', `/v1/peers?like=${encodeURIComponent(like)}`)])
  const found = new Set([...peers.map(({ peer }) => peer), ...[...own].flatMap(([peer, name]) => (name === like ? [peer] : []))])
  const [only, ...more] = found
  if (only != null && more.length === 0) return only
  const remedy = '`peerwatch status` lists the neighbours; `peerwatch name` lists what you call peers'
  if (only == null) throw new NodeError('unknown-peer', { found: `no peer that this node knows begins with ${like} or is called so`, expected: 'one', remedy })
  const some = [only, ...more].slice(0, SHOWN_MOST).join(', ')
  throw new NodeError('bad-option', {
    found: `${found.size} peers begin with ${like} (${some}${found.size > SHOWN_MOST ? ', …' : ''})`,
    expected: 'one of them',
    remedy: 'give more of its letters'
  })
}
