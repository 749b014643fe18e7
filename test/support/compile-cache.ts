/**
 * For `node --import`: modules are stripped of types and compiled once for a whole run, not once in each of its processes.
 *
 * What a test starts inherits it by the environment; `support/command.ts` hands it to commands, which get none of ours.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

export const COMPILED = fileURLToPath(new URL('../../build/compiled', import.meta.url))

enableCompileCache(COMPILED)
process.env['NODE_COMPILE_CACHE'] = COMPILED
