import { execFileSync } from 'node:child_process'
import { startLines } from './go.ts'
import type { GoProcess } from './go.ts'

const CRATE = new URL('../../../interop/rust/', import.meta.url).pathname
const BUILT = new URL('../../../build/rust/debug/vanilla', import.meta.url).pathname
const BUILD_WITHIN_MS = 10 * 60_000

/** The version line of cargo; undefined where there is none. */
export function findCargo(): string | undefined {
  try {
    return execFileSync('cargo', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** Builds the host, unoptimised: that takes less time than the tests could win back. What did not change comes from cargo's own cache. */
export function buildRust(): void {
  execFileSync('cargo', ['build', '--locked', '--quiet'], { cwd: CRATE, stdio: ['ignore', 'inherit', 'inherit'], timeout: BUILD_WITHIN_MS })
}

/** Starts the program of interop/rust and waits until it is ready. */
export async function startRust(...args: readonly string[]): Promise<GoProcess> {
  return startLines(BUILT, ...args)
}
