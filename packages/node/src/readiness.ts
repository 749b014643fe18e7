import { seedElsewhereProblem } from './files/seed-place.ts'
import type { SeedElsewhere } from './files/seed-place.ts'
import type { ReadyView } from './http/node-view.ts'
import type { MemberNames } from './member-names.ts'
import type { NodeAssembly } from './node-assembly.ts'
import type { Role } from './roles/index.ts'

export interface ReadinessInit {
  readonly row: Pick<Role, 'member' | 'needsSeeds'>
  /** For a seed that is not at the address in `network.json`. */
  readonly elsewhere: () => SeedElsewhere | undefined
}

/** Whether the node does its work, or why not. What an operator has to do comes before what passes by itself. */
export function readiness(init: ReadinessInit, assembly: NodeAssembly, names: MemberNames): ReadyView {
  const elsewhere = init.elsewhere()
  const { member } = init.row
  const { version, [member ?? 'seeds']: members } = assembly.core.roster.current()
  if (member != null && !members.includes(assembly.core.self) && (assembly.tier?.tree.status().awaited.length ?? 0) > 0)
    return { ready: false, reason: `this node leaves with roster ${version}: do not stop it yet, others read what it holds` }
  if (member != null && !members.includes(assembly.core.self))
    return { ready: false, reason: `this node is no ${member === 'seeds' ? 'seed' : 'trusted node'} of roster ${version}: stop it` }
  if (elsewhere != null) return { ready: false, reason: seedElsewhereProblem(elsewhere).found }
  const { state } = assembly.registry.state()
  if (assembly.tier?.isAtWork() === false && assembly.core.roster.isTrusted(assembly.core.self))
    return { ready: false, reason: 'it has no pepper yet: more than half of the other trusted nodes have to give it' }
  const storeFailure = assembly.tier?.tree.storeFailure()
  if (storeFailure != null) return { ready: false, reason: `no report can be stored: ${storeFailure}` }
  if (assembly.tier?.tree.isCaughtUp() === false) return { ready: false, reason: 'records of others are still being fetched' }
  if (init.row.needsSeeds && state === 'alone') return { ready: false, reason: aloneReason(assembly) }
  const stuck = assembly.tier?.tree.status().nodes.filter(({ node, isReachable }) => !isReachable && assembly.tier?.tree.status().awaited.includes(node)) ?? []
  if (stuck.length > 0) {
    const whom = stuck.map(({ node }) => names.of(node) ?? node).join(', ')
    return { ready: true, warning: `${whom} has to copy what a move gave it, and is out of reach: start it again, or remove it from the roster` }
  }
  if (!assembly.core.roster.hasDouble()) return { ready: true }
  return { ready: true, warning: `the authority signed two rosters ${version}: sign the next one in one folder, and publish it` }
}

function aloneReason({ core }: NodeAssembly): string {
  const eviction = core.certificates.evicted(core.self)
  if (eviction == null) return 'registered at no seed'
  return `evicted until ${new Date(eviction.expiresAtMs).toISOString()} for ${eviction.dimension}: \`peerwatch appeal\` says by whom and what to do`
}
