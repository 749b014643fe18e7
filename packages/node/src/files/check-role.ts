import { NodeError } from '../errors.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { NodeRole } from './node-folder.ts'

export interface RoleClaim {
  readonly role: NodeRole
  readonly id: PeerIdString
  /** Where the key came from, for the message. */
  readonly keyFrom: string
  /** Of a watcher. */
  readonly owner?: PeerIdString
}

/** Throws NodeError `bad-key` where the roster gives the key another role than the one it is started in. */
export function checkRole(network: Network, { role, id, keyFrom, owner }: RoleClaim): void {
  const { trusted, seeds } = network.roster
  const member = trusted.includes(id) ? 'trusted' : seeds.includes(id) ? 'seed' : undefined
  const needed = role === 'seed' || role === 'trusted' ? role : undefined
  if (member !== needed) {
    const isWhat = member == null ? 'no seed or trusted node' : member === 'seed' ? 'a seed' : 'a trusted node'
    throw new NodeError('bad-key', {
      found: `${keyFrom} is the key of ${id}, ${isWhat} of the network "${network.name}"`,
      expected: needed == null ? `a key that is not in the roster to run a ${role}` : `the key of one of its ${needed === 'seed' ? 'seeds' : 'trusted nodes'}`,
      remedy: `check that --node and --network come from the same \`peerwatch init\``
    })
  }
  if (role !== 'watcher' || (owner != null && trusted.includes(owner))) return
  throw new NodeError('bad-node', {
    found: `the watcher of ${keyFrom} belongs to ${owner ?? 'nobody'}`,
    expected: `a trusted node of the network "${network.name}"`,
    remedy: 'give the folder of a watcher with --node DIR/nodes/watcher-…'
  })
}
