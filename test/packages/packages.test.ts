/** What is published is installed in empty projects outside the workspace, and used there as its users would. */
import assert from 'node:assert/strict'
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { blocksOf, COVER_PAGES } from '../support/doc-blocks.ts'
import { exec, outsideProject, ownClosure, pack, packedBytes, packedManifest, packedNames, PACKED, readManifest, started, subpaths } from './outside.ts'
import type { OutsideProject, Started } from './outside.ts'

const nodeTypes = { '@types/node': readManifest('package.json').devDependencies?.['@types/node'] ?? '*' }
/** Whole programs, by the names that they get in the project. */
const EXAMPLES = globSync(['examples/*.ts', 'test/packages/application/*.ts'])
/** What a reader may copy into a project of his own. */
const BLOCKS = ['README.md', 'docs/embedding.md', ...COVER_PAGES].flatMap(blocksOf).filter(({ language }) => language === 'ts')
/** Whose programs are nodes: they run until they are ended. */
const NEVER_ENDS = /^(README\.md|docs\/embedding\.md|packages\/(peer|node)\/README\.md)$/
const NOTHING = /(?!)/
const fileOf = (file: string, line: number): string => `${file.replaceAll('/', '-')}-line-${line}.ts`
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
    const schema = (await whole.node(command, 'config', '--schema')).trim()
    assert.equal(relative(whole.folder, schema), join('node_modules', '@peerwatch', 'node', 'config.schema.json'))
    assert.equal((JSON.parse(readFileSync(schema, 'utf8')) as { title: string }).title, 'Peerwatch node')
  })

  suite('begins an application by `peerwatch new app`', () => {
    let app: string
    let devnet: Started
    before(async () => {
      app = join(whole.folder, 'app')
      await whole.node(join('node_modules', '.bin', 'peerwatch'), 'new', 'app', 'app', '--packages', PACKED)
      await exec(app, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'])
      for (const { file, line, text } of BLOCKS) writeFileSync(join(app, fileOf(file, line)), text)
      devnet = started(app, 'devnet.ts')
      await devnet.prints(/network\.json is written/)
      mkdirSync(join(app, 'public'))
      cpSync(join(app, 'network.json'), join(app, 'public', 'network.json'))
    })
    after(async () => devnet.end())

    test('which compiles, as does every block of code of the documents', async () => {
      await exec(app, process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc')])
    })

    test('which has the tsconfig that docs/embedding.md shows', () => {
      const [shown] = blocksOf('docs/embedding.md').filter(({ language }) => language === 'json')
      assert.equal(readFileSync(join(app, 'tsconfig.json'), 'utf8').trim(), shown?.text)
    })

    test('which registers in the network that it comes with', async () => {
      const running = started(app, 'main.ts')
      try {
        await running.prints(/^registered at /m)
      } finally {
        await running.end()
      }
    })

    for (const { file, line } of BLOCKS) {
      test(`in which ${file}:${line} runs as it stands`, async () => {
        const running = started(app, fileOf(file, line))
        try {
          const ends = NEVER_ENDS.test(file) ? /^(registered at|\[)/m : NOTHING
          await running.prints(ends).catch((error: unknown) => {
            assert.match(String(error), /ended with 0 /)
          })
        } finally {
          await running.end()
        }
      })
    }
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
