import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { newApp } from '../src/new-app.ts'
import { testNetwork } from '../../link/test/support/core.ts'
import type { TestContext } from 'node:test'

const MOST_LINES = 45
const NOBODY = 65_534

interface Manifest {
  readonly name: string
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-new-'))
  t.after(async () => rm(folder, { recursive: true }))
  return folder
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

test('a new application is short, and takes the versions that the examples take', async t => {
  const app = join(await place(t), 'My App')
  assert.deepEqual((await newApp({ directory: app })).files, ['.gitignore', 'devnet.ts', 'main.ts', 'package.json', 'tsconfig.json'])
  assert.ok((await readFile(join(app, 'main.ts'), 'utf8')).trimEnd().split('\n').length <= MOST_LINES)
  const { name, dependencies, devDependencies } = await manifestOf(app)
  assert.equal(name, 'my-app')
  const known = (await manifestOf('examples')).dependencies
  const others = Object.entries(dependencies).filter(([dependency]) => !dependency.startsWith('@peerwatch/'))
  for (const [dependency, version] of others) assert.equal(version, known[dependency], dependency)
  const own = (await manifestOf('.')).devDependencies
  for (const dependency of ['typescript', '@types/node']) assert.equal(devDependencies[dependency], own[dependency], dependency)
})

test('in a network that there is it gets its network.json, and none to be tried in', async t => {
  const folder = await place(t)
  await writeFile(join(folder, 'network.json'), JSON.stringify((await testNetwork()).file))
  const app = join(folder, 'app')
  assert.deepEqual((await newApp({ directory: app, network: folder })).files, ['.gitignore', 'main.ts', 'network.json', 'package.json', 'tsconfig.json'])
  assert.equal((await manifestOf(app)).devDependencies['@peerwatch/node'], undefined)
  for (const name of ['main.ts', 'package.json']) assert.doesNotMatch(await readFile(join(app, name), 'utf8'), /devnet/, name)
  assert.match(await readFile(join(app, 'main.ts'), 'utf8'), /\$\{error\.message\}; get it from whoever runs the network`/)
})

test('written from a clone it takes the packages of the clone, which no registry has, and says to make them where they are not there', async t => {
  const app = join(await place(t), 'app')
  const { packIn } = await newApp({ directory: app })
  const { dependencies, devDependencies } = await manifestOf(app)
  const ours = Object.entries({ ...devDependencies, ...dependencies }).filter(([name]) => name.startsWith('@peerwatch/'))
  const root = join(import.meta.dirname, '../../..')
  assert.deepEqual(ours.map(([name]) => name.replace('@peerwatch/', '')).toSorted(), (await readdir(join(root, 'packages'))).toSorted())
  const made = await readdir(join(root, 'build/pack')).catch((): string[] => [])
  for (const [, from] of ours) assert.ok(from.startsWith(`file:${join(root, 'build/pack/peerwatch-')}`), from)
  assert.equal(
    packIn == null,
    ours.every(([, from]) => made.includes(basename(from)))
  )
})

test('it takes packed tarballs, all that there are, and says where there is none', async t => {
  const folder = await place(t)
  await assert.rejects(newApp({ directory: join(folder, 'app'), packages: folder }), { code: 'usage', message: /holds no peerwatch-/ })
  for (const name of ['peer', 'trust-tree']) await writeFile(join(folder, `peerwatch-${name}-0.1.0.tgz`), '')
  await newApp({ directory: join(folder, 'app'), packages: folder })
  const { dependencies } = await manifestOf(join(folder, 'app'))
  for (const name of ['peer', 'trust-tree']) assert.equal(dependencies[`@peerwatch/${name}`], `file:${join(folder, `peerwatch-${name}-0.1.0.tgz`)}`)
})

test('it writes into no folder that holds anything', async t => {
  const folder = await place(t)
  await writeFile(join(folder, 'mine'), '')
  await assert.rejects(newApp({ directory: folder }), { code: 'already-exists' })
  assert.deepEqual(await readdir(folder), ['mine'])
})

test('started before there is a network it says what to do, and no stack trace', async t => {
  // below the repository, whose packages it finds
  const build = join(import.meta.dirname, '../../../build')
  await mkdir(build, { recursive: true })
  const app = await mkdtemp(join(build, 'app-'))
  t.after(async () => rm(app, { recursive: true }))
  await newApp({ directory: app })
  const { status, stderr, stdout } = spawnSync(process.execPath, ['main.ts'], { cwd: app, encoding: 'utf8' })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(
    stderr,
    /^network\.json cannot be read: ENOENT[^\n]*; get it from whoever runs the network, or begin one to try it in, in another terminal: npm run devnet\n$/
  )
})

test('where it may not be written it says so, and not that it may not be read', async t => {
  const folder = await place(t)
  await chmod(folder, 0o500)
  // nothing is shut to root
  const isRoot = process.geteuid!() === 0
  if (isRoot) process.seteuid!(NOBODY)
  try {
    await assert.rejects(newApp({ directory: join(folder, 'app') }), { code: 'data-unusable', message: /may not be written by this user/ })
  } finally {
    if (isRoot) process.seteuid!(0)
  }
})

test('C80: the network that it is tried in ends with the npm that started it', async t => {
  const build = join(import.meta.dirname, '../../../build')
  await mkdir(build, { recursive: true })
  const app = await mkdtemp(join(build, 'app-'))
  t.after(async () => rm(app, { recursive: true }))
  await newApp({ directory: app })
  // npm itself may be of another Node; the script finds the one of this test
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`
  const npm = spawn('npm', ['run', 'devnet'], { cwd: app, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  npm.stderr.on('data', piece => said.push(String(piece)))
  for await (const piece of npm.stdout) {
    said.push(String(piece))
    // the output is closed by the network alone
    if (/network\.json is written/.test(String(piece))) npm.kill('SIGKILL')
  }
  assert.match(said.join(''), /network\.json is written[^]*npm \(process \d+\), which started this command, is gone/)
})
