import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'

const PEERWATCH = join(import.meta.dirname, '../bin/peerwatch.js')
/** Says on stderr what a process loads. */
const TELLS = `import { registerHooks } from 'node:module'
registerHooks({ load: (url, context, next) => { process.stderr.write('loaded ' + url + '\\n'); return next(url, context) } })`

function loaded(t: TestContext, error: RegExp, ...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-loads-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const hooks = join(folder, 'tells.mjs')
  writeFileSync(hooks, TELLS)
  const { stderr } = spawnSync(process.execPath, ['--import', hooks, PEERWATCH, ...args, '--data', folder], { encoding: 'utf8' })
  assert.match(stderr, error)
  return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = '']) => url)
}

function commandsOf(urls: readonly string[]): string[] {
  return urls.filter(url => url.includes('/cli/src/commands/')).map(url => url.replace(/^.*\//, ''))
}

test('N93: a node loads no command but its own', t => {
  const urls = loaded(t, /no-such-folder/, 'peer', '--network', 'no-such-folder')
  assert.deepEqual(commandsOf(urls), ['run.ts'])
  assert.ok(urls.some(url => url.endsWith('/run-node.ts')))
  assert.deepEqual(
    urls.filter(url => url.includes('/demo/') || url.includes('/play/')),
    []
  )
})

for (const command of ['status', 'evictions', 'tree', 'health', 'events']) {
  test(`C94: ${command} loads its own command and the client alone: no other command, no HTTP library, no options of nodes`, t => {
    const urls = loaded(t, /not-running/, command)
    const commands = commandsOf(urls)
    assert.ok(commands.length <= 2, commands.join(', '))
    for (const url of urls)
      assert.doesNotMatch(url, /node:https?$|\/(libp2p|@libp2p|fastify|yaml|pino)\/|\/packages\/(attacks|link|detection)\/|\/config\/table\.ts$/)
    assert.ok(urls.length < 60, `${urls.length} modules`)
  })
}
