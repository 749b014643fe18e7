/** Who attacks nodes in tests is the attacker of `npm run attacks`. */
export { attacker as hostileHost } from '@peerwatch/attacks/trial'
export type { Attacker as HostileHost } from '@peerwatch/attacks/trial'
