import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeFolder } from '../src/folders.ts'

let root = ''
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-folders-'))
})
after(async () => rm(root, { recursive: true, force: true }))

test('a folder is made with those above it, in its mode, and once more without a word', async () => {
  await makeFolder(join(root, 'a', 'b'), 0o700)
  await makeFolder(join(root, 'a', 'b'), 0o755)
  for (const path of [join(root, 'a'), join(root, 'a', 'b')]) assert.equal((await stat(path)).mode & 0o777, 0o700)
})

test('C89: making a folder ends where what is above it takes none, which Node would try for ever', async () => {
  await assert.rejects(makeFolder('/proc/nope'), { code: 'EOPNOTSUPP', message: 'no folder can be made in /proc' })
  await assert.rejects(makeFolder('/proc/nope/deeper'), { code: 'EOPNOTSUPP' })
})

test('a file in the way is no folder', async () => {
  await writeFile(join(root, 'file'), '')
  await assert.rejects(makeFolder(join(root, 'file')), { code: 'EEXIST' })
  await assert.rejects(makeFolder(join(root, 'file', 'below')), { code: 'ENOTDIR' })
})
