/**
 * Nodes that misbehave, each a small wrapper around an honest one. They serve tests, demonstrations and the figures of docs/threat-model.md.
 *
 * @packageDocumentation
 */
export { BEHAVIOUR_FATES } from './behaviour-fates.ts'
export type { BehaviourFate } from './behaviour-fates.ts'
export { BEHAVIOURS, behaviourNames, parseBehaviour } from './behaviours.ts'
export type { BehaviourInit, BehaviourName } from './behaviours.ts'
export { AttacksError } from './errors.ts'
export type { AttacksErrorCode } from './errors.ts'
export { misbehave } from './misbehave.ts'
export type { MisbehaveInit } from './misbehave.ts'
export { liesInverted, observationHook, slander } from './observations.ts'
export type { AlterObservations, ObservationHook, SlanderInit } from './observations.ts'
export { onOff } from './on-off.ts'
export type { OnOffInit } from './on-off.ts'
export type { Attack, Attackable } from './attackable.ts'
