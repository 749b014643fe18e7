import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileRemedy, fileTrouble, readText } from '../../src/files/read-text.ts'

const OTHERWISE = 'give another folder with --data'

test('C108: of a full disk the remedy is room, whoever says that it is full', () => {
  const level = new Error('IO error: p1/datastore/000005.log: No space left on device')
  for (const error of [
    Object.assign(new Error('write'), { code: 'ENOSPC' }),
    Object.assign(new Error('write'), { code: 'EDQUOT' }),
    new Error('Database failed to open', { cause: level })
  ])
    assert.equal(fileRemedy(error, OTHERWISE), 'make room there')
  assert.equal(fileRemedy(new Error('IO error: Invalid argument'), OTHERWISE), OTHERWISE)
  assert.match(fileTrouble(Object.assign(new Error('write'), { code: 'EDQUOT' })), /share is full/)
})

test('C141: a pipe in the place of a file is refused at once, and one that a shell made is read', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-pipe-'))
  t.after(async () => rm(folder, { recursive: true }))
  const path = join(folder, 'key')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  const error: unknown = await readText(path).catch((caught: unknown) => caught)
  assert.equal(fileTrouble(error), 'is a pipe, and no file')
  const script = `import { readText } from ${JSON.stringify(new URL('../../src/files/read-text.ts', import.meta.url).href)}; console.log(await readText('/dev/stdin'))`
  const { stdout } = spawnSync('/bin/sh', ['-c', 'printf "a: 1" | "$0" --input-type=module --eval "$1"', process.execPath, script], { encoding: 'utf8' })
  assert.equal(stdout, 'a: 1\n')
})
