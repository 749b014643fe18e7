import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 prefer little memory to speed, which in a process that does little, such as a peer, is a quarter of all.
 *
 * The space for new objects stays at a few MiB, instead of growing to 2 × 32 MiB while modules are loaded, and the heap
 * grows in small steps. Garbage is then collected more often: a peer does not notice; a node that serves many would. Before a node's modules are
 * loaded. Unlike --max-semi-space-size these two are read whenever it matters, so nobody has to give them to `node`.
 */
export function spareMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--optimize-for-size')
}
