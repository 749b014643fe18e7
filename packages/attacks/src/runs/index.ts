/**
 * Attacks on a real local network, each with what must come of it: `npm run attacks`, and the table of docs/threat-model.md.
 *
 * @packageDocumentation
 */
import { corrupts } from './corrupts.ts'
import { dies } from './dies.ts'
import { floods } from './floods.ts'
import { freeRides } from './free-rides.ts'
import { onOff } from './on-off.ts'
import { slanders } from './slanders.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** All there are, in the order of their names: a new one is a file beside this one, an import and a line. */
export const ATTACKS: readonly AttackRun[] = [corrupts, dies, floods, freeRides, onOff, slanders]
