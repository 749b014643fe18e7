/**
 * What attacks on a real network are tried with: the ground, the attacker, the trial of one row in a process of its own.
 *
 * @packageDocumentation
 */
export { attacker } from './attacker.ts'
export type { Asking, Attacker, AttackerServices } from './attacker.ts'
export type { AttackOutcome, AttackRun, Ground } from './attack-run.ts'
export { groundNetwork, idOf } from './ground-network.ts'
export type { GroundNetwork, GroundNetworkInit } from './ground-network.ts'
export type { Heard } from './hear-node.ts'
export { tryAttacks } from './try-attacks.ts'
export type { TriedAttack } from './try-attacks.ts'
export type { ReportSender } from './report-sender.ts'
