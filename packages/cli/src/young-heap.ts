import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's space for new objects at the size it starts with, 2 × 1 MiB, instead of letting it grow to 2 × 32 MiB while modules are loaded.
 *
 * It never shrinks by itself in a process that always does a little, such as a peer: a third of its memory would be that. Objects that die young
 * are then collected more often, which a peer does not notice; a node that serves many does, and lets it grow.
 * Before the modules of a node are loaded.
 */
export function keepYoungHeapSmall(): void {
  // unlike --max-semi-space-size it is read whenever that space may grow, so nobody has to give it to `node`
  setFlagsFromString('--semi-space-growth-factor=1')
}
