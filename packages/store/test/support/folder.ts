import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A new folder that goes with the test. */
export async function testFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-store-'))
  t.after(async () => rm(folder, { recursive: true, force: true }))
  return folder
}
