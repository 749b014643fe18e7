import { setFlagsFromString } from 'node:v8'

/**
 * Node keeps a whole pool of small arrays as long as somebody keeps one array of it, such as an address of a peer. A pool has 64 KiB by default, and these
 * pools took 2 MB of a peer.
 */
const SMALL_POOL_BYTES = 8 * 1024
/**
 * Of V8, which reads these whenever it matters, so that nobody has to give them to `node`:
 *
 * - The space for new objects stays at a few MiB, instead of growing to 2 × 32 MiB while modules are loaded, and the heap grows in small steps.
 *   Garbage is then collected more often.
 * - Code is compiled for speed by the lighter of its two compilers alone. The other one's working memory and its own code are 5 MB, and a peer works
 *   no faster with it.
 * - Code that ran at the start alone goes after two collections instead of six.
 */
const FLAGS = [
  '--semi-space-growth-factor=1',
  '--optimize-for-size',
  '--no-turbofan',
  '--no-concurrent-sparkplug',
  '--bytecode-old-age=2',
  '--flush-baseline-code'
]

/**
 * Has a process prefer little memory to speed, which where it does little, as a peer does, is a third of all. A node that serves many would notice.
 * Before a node's modules are loaded.
 */
export function spareMemory(): void {
  Buffer.poolSize = SMALL_POOL_BYTES
  for (const flag of FLAGS) setFlagsFromString(flag)
}
