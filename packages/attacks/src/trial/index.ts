/**
 * What it takes to try attacks on a real network: the ground, the attacker, and the trial of one row in its own process.
 *
 * @packageDocumentation
 */
export { attacker } from './attacker.ts'
export type { Attacker } from './attacker.ts'
export type { AttackOutcome, AttackRun } from './attack-run.ts'
export { tryAttacks } from './try-attacks.ts'
