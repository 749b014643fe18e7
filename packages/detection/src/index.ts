/**
 * The dimensions by which peers are judged: a row and a file per dimension, with the evidence it needs and what a control must pass. Pure.
 *
 * @packageDocumentation
 */
export { DIMENSIONS } from './dimensions.ts'
export { forwarding, forwardingRatio } from './forwarding.ts'
export { integrity, isAltering } from './integrity.ts'
export { liveness } from './liveness.ts'
export { goodShare } from './good-share.ts'
export { isFlooded, resource, RESOURCE_SLOT_MS } from './resource.ts'
