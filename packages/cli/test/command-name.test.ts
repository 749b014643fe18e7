import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { commandName, npmFolder } from '../src/command-name.ts'

test('hints call the command as the shell of its user can: by its name where that is found, else by npx', t => {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-command-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const path = [join(folder, 'missing'), '', folder].join(delimiter)
  assert.equal(commandName({ PATH: path }), 'npx peerwatch')
  assert.equal(commandName({}), 'npx peerwatch')
  writeFileSync(join(folder, 'peerwatch'), '#!/bin/sh\n')
  assert.equal(commandName({ PATH: path }), 'npx peerwatch')
  chmodSync(join(folder, 'peerwatch'), 0o755)
  assert.equal(commandName({ PATH: path }), 'peerwatch')
  // npm puts node_modules/.bin before the PATH of the shell
  for (const command of ['start', 'exec', 'run-script']) assert.equal(commandName({ PATH: path, npm_command: command }), 'npx peerwatch')
})

test("the folder that makes npx needless is npm's, where the command was found in it", () => {
  assert.equal(npmFolder('/home/me/peerwatch/node_modules/.bin/peerwatch'), '/home/me/peerwatch/node_modules/.bin')
  assert.equal(npmFolder('/home/me/peerwatch/packages/cli/bin/peerwatch.js'), undefined)
  assert.equal(npmFolder(''), undefined)
})
