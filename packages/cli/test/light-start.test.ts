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

function loaded(t: TestContext, ...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-loads-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const hooks = join(folder, 'tells.mjs')
  writeFileSync(hooks, TELLS)
  const { stderr } = spawnSync(process.execPath, ['--import', hooks, PEERWATCH, ...args, '--data', folder], { encoding: 'utf8' })
  assert.match(stderr, /not-running/)
  return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = '']) => url)
}

for (const command of ['status', 'evictions', 'tree', 'health', 'events']) {
  test(`C94: ${command} loads its own command and the client alone: no other command, no HTTP library, no options of nodes`, t => {
    const urls = loaded(t, command)
    const commands = urls.filter(url => url.includes('/cli/src/commands/')).map(url => url.replace(/^.*\//, ''))
    assert.ok(commands.length <= 2, commands.join(', '))
    for (const url of urls)
      assert.doesNotMatch(url, /node:https?$|\/(libp2p|@libp2p|fastify|yaml|pino)\/|\/packages\/(attacks|link|detection)\/|\/config\/table\.ts$/)
    assert.ok(urls.length < 60, `${urls.length} modules`)
  })
}
