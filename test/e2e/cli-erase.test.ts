/** What a data protection officer asks for: all that is stored about a peer, its erasure on every copy, and a disk on which nobody is named. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { peerIdBytes } from '@peerwatch/link'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { levelInFolder } from '@peerwatch/store/level'
import { runCommand, startCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { ErasureView, ExportLineView, StatusView } from '@peerwatch/node/node-view'
import type { PeerIdString } from '@peerwatch/model'
import type { Command, Ran } from '../support/command.ts'

let root = ''
const running = new Set<Command>()
const nodes = new Map<string, Command>()
const peerwatch = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root })

async function said<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await peerwatch(...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as T
}

async function start(role: string, name: string, data = name): Promise<void> {
  const node = role === 'peer' ? [] : ['--node', `net/nodes/${name}`]
  const command = startCommand([role, '--network', 'net/public', ...node, '--data', data], { cwd: root }, running)
  nodes.set(data, command)
  await command.line('ready')
}

async function stop(data: string): Promise<void> {
  const { child } = nodes.get(data)!
  if (child.exitCode != null) return
  const ended = new Promise(resolve => {
    child.once('exit', resolve)
  })
  child.kill('SIGTERM')
  await ended
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-erase-'))
  const [seedPort = 0] = await freePorts(3)
  await initNetwork({ directory: join(root, 'net'), nowMs: Date.now(), preset: 'demo', seeds: 1, trusted: 2, seedPort, trustedPort: seedPort + 1 })
  await start('seed', 'seed-1')
  await Promise.all([start('trusted', 'trusted-1'), start('trusted', 'trusted-2')])
  await Promise.all([start('peer', '', 'peer-1'), start('peer', '', 'peer-2')])
})
after(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

async function idOf(data: string): Promise<PeerIdString> {
  return (await said<StatusView>('status', '--data', data)).peer as PeerIdString
}

async function exported(peer: string, data: string): Promise<{ lines: ExportLineView[]; ran: Ran }> {
  const ran = await peerwatch('export', peer, '--data', data)
  const lines = ran.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as ExportLineView)
  return { lines, ran }
}

type Summary = Extract<ExportLineView, { readonly kind: 'summary' }>

function summaryOf(lines: readonly ExportLineView[]): Summary {
  const last = lines.at(-1)
  assert.ok(last?.kind === 'summary')
  return last
}

function windowsOf(lines: readonly ExportLineView[], upToMs: number): number[] {
  return lines.flatMap(line => (line.kind !== 'summary' && (line.atMs ?? Infinity) < upToMs && line.window != null ? [line.window] : []))
}

test('P98: an export names what is stored about a peer and by it, and an erasure takes both from every trusted node, with a receipt', async () => {
  const [one, two] = [await idOf('peer-1'), await idOf('peer-2')]
  await until(async () => {
    const { about, by } = summaryOf((await exported(one, 'trusted-1')).lines)
    return about > 0 && by > 0
  }, 'the peers have reported each other')
  const { lines, ran } = await exported(one, 'trusted-2')
  assert.equal(ran.code, 0, ran.stderr)
  const trusted = [await idOf('trusted-1'), await idOf('trusted-2')]
  for (const line of lines) {
    if (line.kind !== 'report') continue
    assert.ok(line.subject === one || line.author === one)
    assert.ok(line.holders.every(holder => trusted.includes(holder as PeerIdString)))
  }
  assert.equal(lines.find(({ kind }) => kind === 'registration') != null, true)

  // signed where the key is, published elsewhere
  const { stdout: signed } = await peerwatch('erase', one, '--authority', 'net', '--sign-only')
  assert.match(signed, /^[A-Za-z0-9+/]+=*\n$/)
  const other = await peerwatch('erase', two, '--signed', signed.trim(), '--data', 'trusted-2')
  assert.equal(other.code, 1)
  assert.match(other.stderr, /^peerwatch: bad-erasure: .* it is the erasure of .*, not of /)
  const receipt = await said<ErasureView>('erase', one, '--signed', signed.trim(), '--data', 'trusted-2')
  assert.equal(receipt.isComplete, true)
  assert.ok(receipt.holders.every(({ node, state }) => trusted.includes(node as PeerIdString) && state === 'erased'))
  assert.equal(receipt.holders.length, 2)
  assert.ok(receipt.holders.some(({ records }) => records > 0))
  for (const data of ['trusted-1', 'trusted-2']) {
    assert.deepEqual(windowsOf((await exported(one, data)).lines, receipt.upToMs), [])
    assert.deepEqual((await said<ErasureView>('erase', one, '--status', '--data', data)).upToEpoch, receipt.upToEpoch)
  }
  // the faults that an entry counts end streams: the reporters go on as before
  const shown = await peerwatch('erase', one, '--authority', 'net', '--data', 'trusted-1')
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /^erased +what was reported up to /m)
  assert.match(shown.stdout, /What remains/)
})

test('what nobody can erase, or of whom nothing is known, is refused by name', async () => {
  const [one, seed] = [await idOf('peer-1'), await idOf('seed-1')]
  for (const [args, code, message] of [
    [['erase', one, '--data', 'trusted-1'], 2, /neither --authority nor --signed nor --status is given/],
    [['erase', one, '--authority', 'net', '--status'], 2, /--authority and --status are given/],
    [['erase', 'spy', '--status'], 2, /expected a whole peer id/],
    [['erase', one, '--status', '--sign-only'], 2, /--sign-only without --authority/],
    [['erase', one, '--signed', 'no'], 2, /--signed is no base64/],
    [['erase', one, '--authority', 'net/public', '--data', 'trusted-1'], 1, /bad-network/],
    [['erase', seed, '--authority', 'net', '--data', 'trusted-1'], 1, /bad-erasure: .* is a seed or trusted node/],
    [['erase', await idOf('peer-2'), '--status', '--data', 'trusted-1'], 1, /unknown-peer: .* knows an erasure/],
    [['erase', one, '--authority', 'net', '--data', 'seed-1'], 1, /wrong-role/],
    [['export', one, '--data', 'peer-1'], 1, /wrong-role/]
  ] as const) {
    const ran = await peerwatch(...args)
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr}`)
    assert.match(ran.stderr, message)
  }
})

test('an export says which trusted nodes could not be asked, and whether something may be missing for that', async () => {
  const one = await idOf('peer-1')
  await stop('trusted-2')
  const isMissed = async (): Promise<boolean> => summaryOf((await exported(one, 'trusted-1')).lines).notAsked.length > 0
  await until(isMissed, 'the other is missed')
  const { lines, ran } = await exported(one, 'trusted-1')
  assert.match(ran.stderr, /^peerwatch: warning: incomplete: not asked: trusted-2 \(/)
  // of two copies that every acknowledged record has, one has answered
  assert.equal(summaryOf(lines).isComplete, true)
  assert.equal(ran.code, 0)
})

/** Where one of these stands, as bytes, in hex or in base64. */
function found(haystack: Buffer, needles: readonly Buffer[]): boolean {
  return needles.some(
    needle => haystack.includes(needle) || haystack.includes(needle.toString('hex')) || haystack.includes(needle.toString('base64').slice(0, -4))
  )
}

async function filesBelow(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(entries.filter(entry => entry.isFile()).map(async entry => readFile(join(entry.parentPath, entry.name))))
}

/** Keys and values as they lie in the tables: those may be compressed in the files. */
async function entriesOf(folder: string): Promise<Buffer[]> {
  const { level, release } = await levelInFolder(folder)
  await level.open()
  const all: Buffer[] = []
  for await (const [key, value] of level.iterator<Buffer, Buffer>({ keyEncoding: 'buffer', valueEncoding: 'buffer' })) all.push(key, value)
  await level.close()
  release()
  return all
}

test('P99: the record stores of stopped nodes name nobody: no id is in their files or entries, in no form', async () => {
  const names = await Promise.all(['peer-1', 'peer-2', 'seed-1', 'trusted-1'].map(idOf))
  const isReported = async (): Promise<boolean> => summaryOf((await exported(names[0]!, 'trusted-1')).lines).about > 10
  await until(isReported, 'there is something to look through')
  for (const data of ['peer-1', 'peer-2', 'trusted-1', 'trusted-2', 'seed-1']) await stop(data)
  // multihash, public key alone, and the text
  const needles = names.flatMap(name => [Buffer.from(peerIdBytes(name)), Buffer.from(peerIdBytes(name)).subarray(-32), Buffer.from(name)])
  let entriesCount = 0
  for (const data of ['trusted-1', 'trusted-2']) {
    const records = join(root, data, 'records')
    const entries = await entriesOf(records)
    entriesCount += entries.length
    for (const bytes of [...(await filesBelow(records)), ...entries]) assert.ok(!found(bytes, needles))
  }
  assert.ok(entriesCount > 10, 'there is something to look through')
  // the search finds what is there: the datastore beside it has ids, as docs/privacy.md says
  const beside = await entriesOf(join(root, 'trusted-1', 'datastore'))
  assert.ok(beside.some(bytes => found(bytes, needles)))
  await writeFile(join(root, 'control'), Buffer.concat([Buffer.from('…'), needles[0]!]))
  assert.ok(found(await readFile(join(root, 'control')), needles))
})
