import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findStarter, parseProc, parsePs } from '../../src/starter/find-starter.ts'
import type { ProcessFacts } from '../../src/starter/find-starter.ts'

const NPM = { npm_execpath: '/usr/lib/node_modules/npm/bin/npx-cli.js' }

/** This process below those of `above`, the nearest first. */
function family(...above: string[]): (pid: number) => ProcessFacts | undefined {
  const all = [{ pid: process.pid, words: ['node', 'peerwatch.js'] }, ...above.map((line, index) => ({ pid: 9_000_000 + index, words: line.split(' ') }))]
  const facts = new Map(all.map((each, index) => [each.pid, { ...each, parent: all[index + 1]?.pid ?? 1 }]))
  return pid => facts.get(pid)
}

const cases: readonly { readonly name: string; readonly env: Record<string, string>; readonly above: string[]; readonly found: number | undefined }[] = [
  { name: 'npx behind its shell', env: NPM, above: ["sh -c 'peerwatch' peer", 'npm exec peerwatch peer', 'bash'], found: 9_000_001 },
  { name: 'npx before it has a title of its own', env: NPM, above: ['node /usr/bin/npx peerwatch peer'], found: 9_000_000 },
  { name: 'npm behind another runner of scripts', env: NPM, above: ['sh -c peerwatch', 'node concurrently', 'npm run all'], found: 9_000_002 },
  { name: 'the nearest of two', env: NPM, above: ['sh', 'npx peerwatch', 'sh', 'npm run all'], found: 9_000_001 },
  { name: 'nobody where no variable names npm', env: {}, above: ['npm exec peerwatch peer'], found: undefined },
  { name: 'nobody where npm has ended long ago', env: NPM, above: ['bash', 'tmux'], found: undefined },
  { name: 'nobody in a program whose name only holds the word', env: NPM, above: ['bash /home/me/npm-tools/start.sh', 'bash'], found: undefined }
]
for (const { name, env, above, found } of cases) {
  test(`the starter is ${name}`, async () => {
    assert.equal((await findStarter(env, family(...above)))?.pid, found)
  })
}

test('C80: a starter is gone when its number is, is that of a later process, or waits for its parent to take note', async () => {
  const npm: ProcessFacts = { pid: 7, parent: 1, session: 5, startedAt: '100', words: ['npx', 'peerwatch'] }
  let now: ProcessFacts | undefined = npm
  const starter = await findStarter(NPM, pid => (pid === process.pid ? { pid, parent: 7, session: 5, words: [] } : now))
  assert.equal(starter?.isAlive(), true)
  for (const later of [undefined, { ...npm, startedAt: '200' }, { ...npm, isOver: true }]) {
    now = later
    assert.equal(starter.isAlive(), false)
  }
  now = npm
  assert.equal(await findStarter(NPM, pid => (pid === process.pid ? { pid, parent: 7, session: 6, words: [] } : npm)), undefined)
})

test('what Linux and ps tell of a process is read, whatever its name', () => {
  const rest = Array.from({ length: 40 }, (_, index) => String(100 + index)).join(' ')
  assert.deepEqual(parseProc(12, `12 (a) b (c) Z 3 4 5 ${rest}`, 'npm exec x\0\0'), {
    pid: 12,
    parent: 3,
    session: 5,
    startedAt: '115',
    isOver: true,
    words: ['npm', 'exec', 'x', '']
  })
  assert.deepEqual(parsePs('  1 0 /sbin/init\n 12   1 npm exec peerwatch peer\n').get(12), { pid: 12, parent: 1, words: ['npm', 'exec', 'peerwatch', 'peer'] })
})
