import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { demoFolder } from '../../src/demo/demo-folder.ts'

test('C162: all runs of a demo keep their logs in one folder, and it says where', async t => {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-demos-'))
  t.after(async () => rm(root, { recursive: true }))
  const repeated = await demoFolder(true, root)
  const [first, second] = [await repeated.ofRun(1), await repeated.ofRun(2)]
  const folder = dirname(first)
  assert.equal(dirname(folder), root)
  assert.deepEqual([dirname(second), await readdir(folder), await readdir(second)], [folder, ['run-1', 'run-2'], ['logs']])
  assert.equal(repeated.logsLine(), `Logs, a folder for each run: ${folder}`)
  const single = await demoFolder(false, root)
  const only = await single.ofRun(1)
  assert.deepEqual([await readdir(only), single.logsLine()], [['logs'], `Logs, one file per host: ${only}/logs`])
})
