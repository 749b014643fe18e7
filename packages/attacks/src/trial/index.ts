/**
 * What attacks on a real network are tried with: the ground, the attacker, the trial of one row in a process of its own.
 *
 * @packageDocumentation
 */
export { attacker } from './attacker.ts'
export type { Attacker } from './attacker.ts'
export type { AttackOutcome, AttackRun } from './attack-run.ts'
export { tryAttacks } from './try-attacks.ts'
