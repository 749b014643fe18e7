/** Helia is far larger than all of Peerwatch: what installs it runs apart from the other packages' test. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { outsideProject, pack, packedNames, readManifest } from '../packages/outside.ts'
import type { OutsideProject } from '../packages/outside.ts'

const EXAMPLE = 'examples/helia/helia.ts'
const nodeTypes = { '@types/node': readManifest('package.json').devDependencies?.['@types/node'] ?? '*' }
let project: OutsideProject

before(async () => {
  await pack()
  const dependencies = { ...readManifest('examples/helia/package.json').dependencies, ...nodeTypes }
  project = await outsideProject({ own: packedNames(), dependencies, files: [EXAMPLE] })
})
after(() => project.remove())

test('the example type-checks against the packages as published', async () => {
  await project.types('nodenext', ['helia.ts'], ['--skipLibCheck', '--lib', 'es2024,dom,dom.asynciterable'])
})

test('a Helia node from the registry watches another one, whose block it fetches', async () => {
  const said = await project.node('helia.ts')
  assert.match(said, /^ada fetched: a block$/m)
  assert.match(said, /^ada watches bob: connected/m)
})
