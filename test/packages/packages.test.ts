/** What is published is installed in empty projects outside the workspace, and used there as its users would. */
import assert from 'node:assert/strict'
import { globSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { outsideProject, ownClosure, pack, packedBytes, packedManifest, packedNames, readManifest, subpaths } from './outside.ts'
import type { OutsideProject } from './outside.ts'

const nodeTypes = { '@types/node': readManifest('package.json').devDependencies?.['@types/node'] ?? '*' }
/** Whole programs, by the names that they get in the project. */
const EXAMPLES = globSync(['examples/*.ts', 'test/packages/application/*.ts'])
/** A testnet fills both cores. */
const RUNS_AT_ONCE = 2

let light: OutsideProject
let whole: OutsideProject
before(async () => {
  await pack()
  const dependencies = {
    ...readManifest('examples/package.json').dependencies,
    ...readManifest('test/packages/application/package.json').dependencies,
    ...nodeTypes
  }
  const projects = [
    outsideProject({ own: ownClosure('peer'), dependencies: nodeTypes }),
    outsideProject({ own: packedNames(), dependencies, files: EXAMPLES })
  ] as const
  ;[light, whole] = await Promise.all(projects)
})
after(() => {
  for (const project of [light, whole]) project.remove()
})

/** 0.7 of what such an application got when the servers' code came with it: 265.4 kB in six packages, at b462954. */
const MOST_PACKED_BYTES = 185_800

suite('whoever takes only @peerwatch/peer', () => {
  before(() => {
    writeFileSync(join(light.folder, 'use.ts'), `import { peerwatch } from '@peerwatch/peer'\nexport const service = peerwatch\n`)
  })

  test('gets no native module, nothing that is built on installation, no transport, HTTP or command-line package', t => {
    assert.deepEqual(globSync('node_modules/**/{*.node,binding.gyp}', { cwd: light.folder }), [])
    const places = light.installed()
    assert.deepEqual(
      places.filter(({ hasInstallScript }) => hasInstallScript),
      []
    )
    const installed = places.map(({ name }) => name)
    const unwanted = ['classic-level', 'datastore-level', 'libp2p', '@libp2p/tcp', 'fastify', 'pino', 'prom-client', 'commander', 'yaml']
    for (const name of unwanted) assert.ok(!installed.includes(name), name)
    const own = installed.filter(name => name.startsWith('@peerwatch/'))
    const others = installed.filter(name => !own.includes(name) && name !== '@types/node' && name !== 'undici-types')
    const bytes = own.reduce((sum, name) => sum + packedBytes(name.replace('@peerwatch/', '')), 0)
    t.diagnostic(`@peerwatch/peer and ${own.length - 1} more packages of ours: ${(bytes / 1000).toFixed(1)} kB packed; ${others.length} packages of others`)
    assert.ok(bytes <= MOST_PACKED_BYTES, `${bytes} bytes packed: more than an application that embeds it is told it brings`)
  })

  test('can import it', async () => {
    assert.equal((await light.node('-p', `import('@peerwatch/peer').then(({ peerwatch }) => console.log(typeof peerwatch)), ''`)).trim(), 'function')
  })

  for (const kind of ['nodenext', 'node16', 'bundler'] as const) {
    test(`finds its types under ${kind}`, async () => light.types(kind, ['use.ts'], ['--skipLibCheck']))
  }
})

suite('whoever takes all packages', () => {
  before(() => {
    const names = packedNames()
      .flatMap(subpaths)
      .filter(name => name !== '@peerwatch/cli') // which runs the command
    assert.ok(names.includes('@peerwatch/node/testnet'), 'subpaths are published')
    writeFileSync(join(whole.folder, 'all.ts'), names.map((name, index) => `export * as all${index} from '${name}'\n`).join(''))
  })

  test('can import every subpath', async () => {
    await whole.node('all.ts')
  })

  for (const kind of ['nodenext', 'node16', 'bundler'] as const) {
    test(`finds the types of every subpath and of the examples under ${kind}`, async () => {
      await whole.types(kind, ['all.ts', ...EXAMPLES.map(path => basename(path))], ['--skipLibCheck'])
    })
  }

  test('has the licences and a README with every package', () => {
    for (const name of packedNames()) {
      const inside = globSync('*', { cwd: join(whole.folder, 'node_modules', '@peerwatch', name) })
      for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) assert.ok(inside.includes(file), `${name}: ${file}`)
    }
  })

  test('has the command, which knows its version and makes a network', async () => {
    const command = join('node_modules', '.bin', 'peerwatch')
    assert.equal((await whole.node(command, '--version')).trim(), packedManifest('cli').version)
    await whole.node(command, 'init', 'devnet')
    assert.ok(globSync('devnet/public/network.json', { cwd: whole.folder }).length === 1)
  })

  suite('runs the examples', { concurrency: RUNS_AT_ONCE }, () => {
    for (const path of EXAMPLES) {
      const file = basename(path)
      test(file, async () => {
        await whole.node(...(file.endsWith('.test.ts') ? ['--test', file] : [file]))
      })
    }
  })
})
