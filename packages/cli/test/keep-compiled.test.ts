import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SpawnSyncReturns } from 'node:child_process'
import type { TestContext } from 'node:test'

const PEERWATCH = join(import.meta.dirname, '../bin/peerwatch.js')

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'peerwatch-compiled-'))
  t.after(() => {
    rmSync(made, { recursive: true, force: true })
  })
  return made
}

function version(env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [PEERWATCH, '--version'], { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' })
}

test('what is compiled is kept below the folder for caches, or where NODE_COMPILE_CACHE says', t => {
  const [home, caches, named] = [folder(t), folder(t), folder(t)]
  assert.match(version({ HOME: home }).stdout, /^\d+\.\d+\.\d+/)
  assert.deepEqual(readdirSync(home), ['.cache'])
  assert.ok(readdirSync(join(home, '.cache/peerwatch')).length > 0)
  version({ HOME: home, XDG_CACHE_HOME: caches })
  assert.deepEqual(readdirSync(caches), ['peerwatch'])
  version({ HOME: folder(t), XDG_CACHE_HOME: folder(t), NODE_COMPILE_CACHE: named })
  assert.ok(readdirSync(named).length > 0)
})

test('who has no folder of their own only waits longer', t => {
  const { stdout, stderr, status } = version({ HOME: join(folder(t), 'nobody') })
  assert.match(stdout, /^\d+\.\d+\.\d+/)
  assert.deepEqual([stderr, status], ['', 0])
})
