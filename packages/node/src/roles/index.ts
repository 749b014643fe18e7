/**
 * The table of roles, and what looks things up in it. Loads no libp2p.
 *
 * @packageDocumentation
 */
export { roleNames, roleOf, stopOrder } from './find-role.ts'
export { DEFAULT_PORTS } from './default-ports.ts'
export { ROLES } from './table.ts'
export type { Membership, NodeRole, Role, RoleCode, RoleInit, Roles } from './role.ts'
