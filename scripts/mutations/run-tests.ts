import { spawn } from 'node:child_process'

export interface TestRun {
  readonly outcome: 'passed' | 'failed' | 'too long' | 'no test ran'
  readonly tookMs: number
}

/**
 * Runs those tests of some files that name an invariant.
 *
 * @param limitMs - after which the run is ended: a change can make code run for ever
 * @returns `failed` only when a test of this name failed; a file that cannot even be loaded is `no test ran`
 */
export async function runTests(folder: string, id: string, files: readonly string[], limitMs = 600_000): Promise<TestRun> {
  const since = performance.now()
  const named = `${id}(?:, [A-Z]\\d+)*: `
  const args = ['--test', '--test-reporter=tap', '--test-concurrency=1', '--test-timeout=180000', `--test-name-pattern=(^|\\W)${named}`, ...files]
  // a test runner that is started by one would report to it
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const runner = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  let isOver = false
  // the tests have processes of their own: the whole group is ended
  const limit = setTimeout(() => {
    isOver = true
    process.kill(-runner.pid!, 'SIGKILL')
  }, limitMs)
  let output = ''
  for await (const chunk of runner.stdout.setEncoding('utf8')) output += String(chunk)
  clearTimeout(limit)
  const results = [...output.matchAll(new RegExp(`^ *(not ok|ok) \\d+ - (?!.*# SKIP)(?:.*\\W)?${named}`, 'gm'))]
  const outcome = isOver ? 'too long' : results.length === 0 ? 'no test ran' : results.some(([, how]) => how === 'not ok') ? 'failed' : 'passed'
  return { outcome, tookMs: performance.now() - since }
}
