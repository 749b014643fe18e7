import { afterIfStillRunning, systemClock } from '@peerwatch/model/system-clock'
import { findStarter } from './find-starter.ts'
import type { Starter } from './find-starter.ts'

const LOOKS_EVERY_MS = 250
/** A terminal that goes tells all that run there at once: npx ends by that, and what was to outlive the terminal does not end with npx. */
const HANG_UP_WITHIN_MS = 5_000

let end = (): void => {
  process.kill(process.pid, 'SIGTERM')
}
let hungUpAtMs = Number.NEGATIVE_INFINITY

/**
 * Has this process end, as on SIGTERM, when the npm or npx that started it has ended: they hand on no signal, so it would run for ever and nobody would know.
 *
 * What was started directly, or by nohup, setsid or a service manager, never looks.
 *
 * @param tell - takes the line that says why; by default it goes to stderr
 */
export function endWithStarter(tell: (line: string) => void = console.error): void {
  void findAndWatch(tell)
}

async function findAndWatch(tell: (line: string) => void): Promise<void> {
  // without a way to see other processes there is nothing to watch
  const starter = await findStarter(process.env).catch(() => undefined)
  if (starter != null) watch(starter, tell)
}

/** In place of SIGTERM. */
export function whenStarterGoes(run: () => void): void {
  end = run
}

/** SIGHUP came, and this process goes on. */
export function outliveHangUp(): void {
  hungUpAtMs = systemClock.monotonicMs()
}

function watch(starter: Starter, tell: (line: string) => void): void {
  let wasGone = false
  const look = (): void => {
    const isGone = !isAlive(starter)
    // seen twice, since a signal that came with its end is heard between
    if (!isGone || !wasGone) {
      wasGone = isGone
      afterIfStillRunning(LOOKS_EVERY_MS, look)
      return
    }
    if (systemClock.monotonicMs() - hungUpAtMs < HANG_UP_WITHIN_MS) return
    tell(`peerwatch: npm (process ${starter.pid}), which started this command, is gone: it ends too`)
    end()
  }
  afterIfStillRunning(LOOKS_EVERY_MS, look)
}

function isAlive(starter: Starter): boolean {
  try {
    return starter.isAlive()
  } catch {
    // no file descriptor left, for instance: that says nothing of npm
    return true
  }
}
