import { NodeError } from '../errors.ts'
import { ROLES, roleOf } from '../roles/index.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { Membership } from '../roles/role.ts'
import type { NodeRole, Roles } from '../roles/index.ts'

export interface RoleClaim {
  readonly role: NodeRole
  readonly id: PeerIdString
  /** Where the key came from, for the message. */
  readonly keyFrom: string
  /** For a watcher. */
  readonly owner?: PeerIdString
}

const MEMBERS: Readonly<Record<Membership, { readonly one: string; readonly many: string }>> = {
  seeds: { one: 'a seed', many: 'seeds' },
  trusted: { one: 'a trusted node', many: 'trusted nodes' }
}

function leftOut({ name, roster }: Network, keyFrom: string, id: PeerIdString): NodeError {
  const [what, did] = roster.formerSeeds.has(id) ? (['seed', 'stamped'] as const) : (['trusted node', 'signed'] as const)
  return new NodeError('bad-key', {
    found: `${keyFrom} is the key of ${id}, a ${what} of earlier rosters of the network "${name}", which roster ${roster.version} names no more`,
    expected: `the key of one of its ${what}s`,
    remedy: `leave it stopped: what it has ${did} counts all the same; \`peerwatch roster add\` makes a new ${what}`
  })
}

/** Throws NodeError `bad-key` where the roster gives the key another role than the one it is started in. */
export function checkRole(network: Network, { role, id, keyFrom, owner }: RoleClaim, roles: Roles = ROLES): void {
  const { trusted, seeds } = network.roster
  const member = trusted.includes(id) ? 'trusted' : seeds.includes(id) ? 'seeds' : undefined
  const { member: needed, needs, noun } = roleOf(role, roles)
  if (member == null && needed != null && (network.roster.formerSeeds.has(id) || network.roster.formerTrusted.has(id))) throw leftOut(network, keyFrom, id)
  if (member !== needed) {
    const isWhat = member == null ? 'no seed or trusted node' : MEMBERS[member].one
    throw new NodeError('bad-key', {
      found: `${keyFrom} is the key of ${id}, ${isWhat} of the network "${network.name}"`,
      expected: needed == null ? `a key that is not in the roster to run ${noun}` : `the key of one of its ${MEMBERS[needed].many}`,
      remedy:
        member == null && needed === 'seeds'
          ? `check that --node and --network come from the same \`peerwatch init\`; ${noun} that a newer roster leaves out is none any more`
          : `check that --node and --network come from the same \`peerwatch init\``
    })
  }
  if (!needs.includes('owner') || (owner != null && trusted.includes(owner))) return
  throw new NodeError('bad-node', {
    found: `${noun}'s key ${keyFrom} belongs to the trusted node ${owner ?? 'nobody'}`,
    expected: `a trusted node of the network "${network.name}"`,
    remedy: `give the folder of ${noun} of this network with --node, or its own network with --network`
  })
}
