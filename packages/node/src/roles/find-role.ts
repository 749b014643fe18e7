import { NodeError } from '../errors.ts'
import { ROLES } from './table.ts'
import type { NodeRole, Role, Roles } from './role.ts'

/** The names of a table's roles, in its order. A table with more rows has more names than the type says. */
export function roleNames(roles: Roles = ROLES): NodeRole[] {
  return Object.keys(roles) as NodeRole[]
}

/** The row of a role. Throws NodeError `bad-option` where the table has none of that name. */
export function roleOf(name: unknown, roles: Roles = ROLES): Role {
  const row = typeof name === 'string' && Object.hasOwn(roles, name) ? roles[name] : undefined
  if (row != null) return row
  throw new NodeError('bad-option', {
    found: `the role is ${JSON.stringify(name)?.slice(0, 80)}`,
    expected: roleNames(roles).join(', '),
    remedy: 'give one of them'
  })
}

/** The roles of a network in the order in which they stop: those of one group stop together. */
export function stopOrder(roles: Roles = ROLES): NodeRole[][] {
  const groups = Map.groupBy(roleNames(roles), name => roleOf(name, roles).stops)
  return [...groups].toSorted(([a], [b]) => a - b).map(([, names]) => names)
}
