/** Who attacks nodes in tests is the attacker of `npm run attacks`. */
export { attacker as hostileHost, PROTOCOLS } from '@peerwatch/attacks/trial'
export type { Attacker as HostileHost, ProtocolName } from '@peerwatch/attacks/trial'
