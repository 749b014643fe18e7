import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { initNetwork } from '@peerwatch/node/init'
import { readNetwork } from '../packages/link/src/network-file.ts'
import { runCommand } from './support/command.ts'
import type { AddressInfo } from 'node:net'
import type { Ran } from './support/command.ts'

const PEER = '12D3KooWBcYAoYZGb8W3dgRcoN2ffFC1mhonwYxoSm5EkuxcgnBV'

/** Above all that a kernel gives. */
const NO_PROCESS = 2 ** 22 + 1

let root = ''

const peerwatch = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> => runCommand(args, { cwd: root, env })

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-cli-'))
  await initNetwork({ directory: join(root, 'net'), nowMs: 1, seeds: 1, trusted: 1, watchers: 1 })
  await mkdir(join(root, 'spoilt'))
  const node = async (name: string): Promise<string> => {
    await cp(join(root, 'net', 'nodes', 'trusted-1'), join(root, 'spoilt', name), { recursive: true })
    return join(root, 'spoilt', name)
  }
  await writeFile(join(await node('key'), 'key'), 'AAAA')
  await cp(join(root, 'net', 'nodes', 'seed-1', 'key'), join(await node('other-key'), 'key'))
  await rm(join(await node('pepper'), 'pepper'))
  await writeFile(join(root, 'network.json'), '{"format":1,"name":"A B"}')
  await writeFile(join(root, 'file'), '')
  await mkdir(join(root, 'gone'))
  await writeFile(join(root, 'gone', 'api.json'), JSON.stringify({ address: 'http://127.0.0.1:2', token: 'x'.repeat(32), pid: NO_PROCESS }))
})
after(async () => rm(root, { recursive: true, force: true }))

const network = ['--network', 'net/public']
const trusted = (folder: string): string[] => ['trusted', ...network, '--node', folder]

const cases: readonly { name: string; args: readonly string[]; code: number; says: RegExp }[] = [
  { name: 'an unknown command', args: ['pear'], code: 2, says: /^peerwatch: usage: unknown command 'pear'; expected a command; .*peer/ },
  {
    name: 'an unknown option',
    args: ['init', 'x', '--prest', 'lan'],
    code: 2,
    says: /usage: unknown option '--prest'; expected .*--preset.*peerwatch init --help/
  },
  { name: 'a missing folder for init', args: ['init'], code: 2, says: /usage: missing required argument 'directory'/ },
  { name: 'a word too many', args: ['init', 'x', 'y'], code: 2, says: /usage: too many arguments/ },
  { name: 'an unknown preset', args: ['init', 'x', '--preset', 'wan'], code: 2, says: /usage: --preset is "wan"; expected demo, lan, public/ },
  { name: 'a number that is none', args: ['init', 'x', '--seeds', '-1'], code: 2, says: /usage: --seeds is "-1"; expected a whole number from 1 to 200/ },
  {
    name: 'a signed limit out of its range',
    args: ['init', 'x', '--retention-bytes', '1000'],
    code: 2,
    says: /usage: --retention-bytes is "1000"; expected a whole number from 1048576 to 17592186044416/
  },
  { name: 'a name that cannot be', args: ['init', 'x', '--name', 'A B'], code: 2, says: /bad-option: --name is "A B"; expected 1-63 characters/ },
  { name: 'a network over another', args: ['init', 'net'], code: 1, says: /already-exists: \S+net\/authority\/key is there; expected a new or empty folder/ },
  { name: 'a file in place of the folder', args: ['init', 'file'], code: 1, says: /already-exists: the file \S+file is there/ },
  { name: 'no --network', args: ['peer'], code: 2, says: /usage: required option '--network <folder>' not specified; expected it to be given/ },
  { name: 'no --node of a seed', args: ['seed', ...network], code: 2, says: /usage: required option '--node <folder>' not specified/ },
  { name: 'a missing network', args: ['peer', '--network', 'nowhere'], code: 1, says: /bad-network: nowhere does not exist; expected the network\.json/ },
  {
    name: 'a wrong network.json',
    args: ['peer', '--network', 'network.json'],
    code: 1,
    says: /bad-network: network\.json cannot be used: name: .* found "A B"/
  },
  {
    name: 'a key file in place of network.json',
    args: ['peer', '--network', 'net/authority/key'],
    code: 1,
    says: /bad-network: net\/authority\/key is no JSON/
  },
  {
    name: 'a key file that is no key',
    args: trusted('spoilt/key'),
    code: 1,
    says: /bad-key: the key file \S+key holds 4 characters of base64 that are no key; expected an Ed25519/
  },
  {
    name: 'the key of another node',
    args: trusted('spoilt/other-key'),
    code: 1,
    says: /bad-key: the key file \S+ belongs to 12D3\w+; expected the key of trusted-1/
  },
  { name: 'a trusted node without pepper', args: trusted('spoilt/pepper'), code: 1, says: /bad-node: the pepper \S+ does not exist/ },
  { name: 'a folder without a node', args: trusted('net'), code: 1, says: /bad-node: net\/node\.json does not exist/ },
  {
    name: 'the folder of another role',
    args: trusted('net/nodes/seed-1'),
    code: 1,
    says: /bad-node: net\/nodes\/seed-1 is the folder of a seed; expected that of a trusted node; start it with `peerwatch seed`/
  },
  {
    name: 'an address that is none',
    args: ['peer', ...network, '--listen', '127.0.0.1:80'],
    code: 2,
    says: /usage: --listen is "127\.0\.0\.1:80"; expected a multiaddr/
  },
  {
    name: 'degrees that exclude each other',
    args: ['peer', ...network, '--target-degree', '9', '--max-degree', '8'],
    code: 2,
    says: /bad-option: --target-degree is 9, above --max-degree/
  },
  { name: 'a peer id that is none', args: ['allow', 'bob'], code: 2, says: /usage: the peer is "bob"; expected a whole peer id/ },
  { name: 'a question when nothing runs', args: ['status'], code: 1, says: /not-running: no running node keeps its data below peerwatch-data/ },
  { name: 'a question about a folder without node', args: ['tree', '--data', 'net'], code: 1, says: /not-running: net\/api\.json does not exist/ },
  {
    name: 'a question to a node that died',
    args: ['evictions', '--data', 'gone'],
    code: 1,
    says: /not-running: process \d+ at http:\/\/127\.0\.0\.1:2, .* has ended/
  }
]

suite('every bad flag or file gets one line with what was found, expected and to do', { concurrency: 3 }, () => {
  for (const { name, args, code, says } of cases) {
    test(name, async () => {
      const run = await peerwatch(args)
      assert.match(run.stderr, says)
      assert.match(run.stderr, /^peerwatch: [a-z-]+: [^\n]*; expected [^\n]*; [^\n]*\n$/, 'one line, no stack trace')
      assert.equal(run.code, code)
      assert.equal(run.stdout, '')
    })
  }
})

test('--debug adds the stack trace', async () => {
  const run = await peerwatch(['status', '--debug'])
  assert.match(run.stderr, /^peerwatch: not-running: [^\n]*\nNodeError: .*\n\s+at /)
})

test('help, version and no command: what a person expects', async () => {
  const [help, sub, version, nothing] = await Promise.all([['--help'], ['init', '--help'], ['--version'], []].map(async args => peerwatch(args)))
  assert.match(help?.stdout ?? '', /Usage: peerwatch[\s\S]*Examples:[\s\S]*Exit codes:/)
  assert.match(sub?.stdout ?? '', /Usage: peerwatch init[\s\S]*Examples:/)
  const manifest = JSON.parse(await readFile(new URL('../packages/cli/package.json', import.meta.url), 'utf8')) as { version: string }
  assert.equal(version?.stdout, `${manifest.version}\n`)
  assert.deepEqual([help?.code, sub?.code, version?.code, nothing?.code], [0, 0, 0, 2])
  assert.match(nothing?.stderr ?? '', /Usage: peerwatch/)
})

test('init tells what it made, for people and as JSON', async () => {
  const [people, json] = await Promise.all([
    peerwatch(['init', 'street', '--name', 'street']),
    peerwatch(['init', 'road', '--name', 'road', '--json', '--watchers', '1'])
  ])
  assert.match(people.stdout, /The network "street" is made[\s\S]*street\/nodes\/trusted-3 +a trusted node at \/ip4\/127\.0\.0\.1\/tcp\/14703[\s\S]*Try next/)
  const made = JSON.parse(json.stdout) as { name: string; nodes: { name: string }[]; files: string[] }
  assert.deepEqual([made.name, made.nodes.length, people.code, json.code], ['road', 8, 0, 0])
  // who runs a network of their own here has these ports
  assert.equal(`${people.stderr}${json.stderr}`.replaceAll(/^peerwatch: warning: port-in-use: [^\n]*\n/gm, ''), '')
})

test('init has the limits signed that it was given', async () => {
  const run = await peerwatch(['init', 'limited', ...'--max-degree 16 --requests-per-second 50 --retention-ms 3600000 --retention-bytes 268435456'.split(' ')])
  assert.deepEqual([run.code, run.stderr], [0, ''])
  const { maxDegree, requestsPerSecond, retentionMs, retentionBytes } = (await readNetwork(join(root, 'limited', 'public', 'network.json'))).roster
  assert.deepEqual(
    { maxDegree, requestsPerSecond, retentionMs, retentionBytes },
    { maxDegree: 16, requestsPerSecond: 50, retentionMs: 3_600_000, retentionBytes: 268_435_456 }
  )
})

test('a peer that misbehaves says so on its first line, before any other warning', async () => {
  const run = await peerwatch(['peer', '--behaviour', 'corrupts'], { PEERWATCH_LOGLEVEL: 'debug' })
  assert.match(run.stderr, /^peerwatch: warning: misbehaving: [^\n]*\npeerwatch: warning: unknown-variable: [^\n]*\npeerwatch: usage: [^\n]*\n$/)
  assert.deepEqual([run.code, run.stdout], [2, ''])
})

for (const { behaviours, comes } of [
  { behaviours: ['corrupts', 'floods'], comes: 'where it will be evicted' },
  { behaviours: ['dies'], comes: 'where seeds will test it and take it off the registry' },
  { behaviours: ['freeRides', 'liesInverted', `slanders --victim ${PEER}`], comes: 'where nobody is evicted for that' }
]) {
  for (const behaviour of behaviours) {
    test(`a peer that ${behaviour.split(' ', 1).join('')} is told what such a network does about it`, async () => {
      const { stderr } = await peerwatch(['peer', '--behaviour', ...behaviour.split(' ')])
      const [warning = ''] = stderr.split('\n', 1)
      assert.ok(warning.endsWith(`; expected only on a network of your own, ${comes}; start it without --behaviour to be honest`), warning)
    })
  }
}

test('slanders without a victim fails before it warns of a slander', async () => {
  const run = await peerwatch(['peer', '--behaviour', 'slanders'])
  assert.match(run.stderr, /^peerwatch: bad-option: --behaviour slanders without --victim; [^\n]*\n$/)
  assert.equal(run.code, 2)
})

for (const { name, status, body, code } of [
  { name: 'refuses the token', status: 401, body: { error: { code: 'bad-token', message: 'wrong token' } }, code: 'not-permitted' },
  { name: 'does not offer the question', status: 404, body: { error: { code: 'not-on-this-role', message: 'a peer has no tree' } }, code: 'wrong-role' },
  { name: 'knows no such peer', status: 404, body: { error: { code: 'unknown-peer', message: 'no such peer' } }, code: 'unknown-peer' },
  { name: 'fails', status: 500, body: {}, code: 'no-answer' }
]) {
  test(`a node that ${name} makes one line with the code ${code}`, async () => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const data = join(root, `answers-${code}`)
    await mkdir(data)
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await writeFile(join(data, 'api.json'), JSON.stringify({ address, token: 'x'.repeat(32), pid: 1 }))
    const run = await peerwatch(['standing', PEER, '--data', data])
    server.close()
    assert.match(run.stderr, new RegExp(`^peerwatch: ${code}: [^\\n]*; expected [^\\n]*; [^\\n]*\\n$`))
    assert.equal(run.code, 1)
  })
}
