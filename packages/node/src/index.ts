/**
 * Whole Peerwatch nodes: `createNode({ role: 'peer', network })`. For a network in a test see `@peerwatch/node/testnet`.
 *
 * @packageDocumentation
 */
export { createNode } from './create-node.ts'
export { CHAT_DEFAULTS } from './chat.ts'
export { NodeError } from './errors.ts'
export { roleNames, roleOf, ROLES } from './roles/index.ts'
export { messageId } from '@peerwatch/peer'
export type { ChatOptions, FirstSight } from './chat.ts'
export type { Misdeed, PeerwatchNode } from './peerwatch-node.ts'
export type { NodeErrorCode } from './errors.ts'
export type { NodeServices } from './host.ts'
export type { NodeRole, Role, RoleCode, RoleInit, Roles } from './roles/index.ts'
export type { NodeInit, NodeLiveOptions } from './options.ts'
