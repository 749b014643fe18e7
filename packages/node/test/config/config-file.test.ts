import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfigFile, readConfigFile } from '@peerwatch/node/config'

const refused: readonly { name: string; text: string; says: string | RegExp }[] = [
  { name: 'an unknown option', text: 'lisen: []', says: 'pw.yaml:1:1: "lisen" is no option; expected listen, perhaps' },
  {
    name: 'an option unlike any other',
    text: 'network: net\ncolour: red',
    says: /^pw\.yaml:2:1: "colour" is no option; expected one of network, node, .*, chat, .*entry;/
  },
  { name: 'an unknown option of a group', text: 'log:\n  levle: info', says: 'pw.yaml:2:3: "log.levle" is no option; expected log.level, perhaps' },
  { name: 'a dotted name', text: 'log.level: info', says: 'pw.yaml:1:1: "log.level" is no option; expected each word of it on a level of its own' },
  { name: 'a wrong word', text: 'log:\n  level: loud', says: 'pw.yaml:2:10: log.level is "loud"; expected debug, info, warn, error' },
  { name: 'a number as text', text: 'targetDegree: "8"', says: 'pw.yaml:1:15: targetDegree is "8"; expected a whole number from 0 to 512' },
  { name: 'a number out of range', text: '\nhttp: { port: 65536 }', says: 'pw.yaml:2:15: http.port is 65536; expected a whole number from 0 to 65535' },
  { name: 'a broken number', text: 'maxDegree: 8.5', says: 'pw.yaml:1:12: maxDegree is 8.5; expected a whole number from 1 to 512' },
  { name: 'YAML 1.1 words for true and false', text: 'enforce: no', says: 'pw.yaml:1:10: enforce is "no"; expected true or false' },
  { name: 'nothing as a value', text: 'data:', says: 'pw.yaml:1:6: data is null; expected a folder' },
  {
    name: 'one address in place of a list',
    text: 'listen: /ip4/0.0.0.0/tcp/1',
    says: 'pw.yaml:1:9: listen is "/ip4/0.0.0.0/tcp/1"; expected a list; of each entry: a multiaddr'
  },
  {
    name: 'one wrong address among right ones',
    text: 'listen:\n  - /ip4/0.0.0.0/tcp/1\n  - 0.0.0.0:80',
    says: 'pw.yaml:3:5: listen is "0.0.0.0:80"; expected a multiaddr'
  },
  { name: 'a port beyond the last', text: 'listen: [/ip4/0.0.0.0/tcp/70000]', says: 'pw.yaml:1:10: listen is "/ip4/0.0.0.0/tcp/70000"' },
  { name: 'a peer id that is none', text: 'neverEvict: [bob]', says: 'pw.yaml:1:14: neverEvict is "bob"; expected a peer id' },
  {
    name: 'an address of the API that is a name',
    text: 'http: { host: localhost }',
    says: 'pw.yaml:1:15: http.host is "localhost"; expected an address of this machine'
  },
  { name: 'an option where a group is', text: 'log: info', says: 'pw.yaml:1:6: log is "info"; expected options below it: file, level, format' },
  { name: 'a list in place of the options', text: '- network: net', says: 'pw.yaml:1:1: the file is [{"network":"net"}]; expected options below it: network' },
  { name: 'the same option twice', text: 'data: a\ndata: b', says: /^pw\.yaml:2:1: Map keys must be unique; expected YAML 1\.2/ },
  { name: 'an unclosed bracket', text: 'listen: [\ndata: x', says: /^pw\.yaml:\d+:\d+: .*; expected YAML 1\.2/ },
  { name: 'a tab as indentation', text: 'log:\n\tlevel: info', says: /^pw\.yaml:2:1: Tabs are not allowed as indentation; expected YAML 1\.2/ },
  { name: 'two documents', text: 'data: a\n---\ndata: b', says: /^pw\.yaml:2:1: Source contains multiple documents/ },
  { name: 'an alias', text: 'data: &here x\nnode: *here', says: 'pw.yaml:2:7: node is "*here"; expected' },
  { name: 'a tag', text: 'data: !!js/function x', says: /^pw\.yaml:1:7: Unresolved tag/ },
  {
    name: 'the first of several, and how many more',
    text: 'targetDegree: 999\nmaxDegree: 0\nlog: 1',
    says: /^pw\.yaml:1:15: targetDegree is 999; .*; correct it, and 2 more below it: `peerwatch config` lists all options/
  }
]

for (const { name, text, says } of refused) {
  test(`a file is refused for ${name}, with line and column`, async () => {
    const error = (await parseConfigFile('pw.yaml', text).then(
      () => assert.fail('it was taken'),
      (found: unknown) => found
    )) as Error & { code: string }
    assert.equal(error.code, 'bad-config')
    assert.match(error.message, /^[^\n]+; expected [^\n]+; [^\n]+$/, 'what was found, expected and to do, in one line')
    if (typeof says === 'string') assert.ok(error.message.startsWith(says), error.message)
    else assert.match(error.message, says)
  })
}

test('a file with every kind of value is read; paths count from its folder', async () => {
  const { values } = await parseConfigFile(
    '/etc/peerwatch/pw.yaml',
    '# a comment\nnetwork: ./public\nlisten: [/ip4/0.0.0.0/tcp/14601]\nhttp: { port: 0x10 }\nlog:\n  level: debug\n  file: /var/log/pw.jsonl\nenforce: false\nneverEvict: []\n'
  )
  assert.deepEqual(
    [...values].map(([name, { value, place }]) => [name, value, place.line]),
    [
      ['network', '/etc/peerwatch/public', 2],
      ['listen', ['/ip4/0.0.0.0/tcp/14601'], 3],
      ['http.port', 16, 4],
      ['log.level', 'debug', 6],
      ['log.file', '/var/log/pw.jsonl', 7],
      ['enforce', false, 8],
      ['neverEvict', [], 9]
    ]
  )
})

for (const text of ['', '\n# nothing yet\n', '---\n', '{}', '{ "$schema": "./node_modules/@peerwatch/node/config.schema.json" }']) {
  test(`a file that says nothing is right: ${JSON.stringify(text)}`, async () => {
    assert.equal((await parseConfigFile('pw.yaml', text)).values.size, 0)
  })
}

test('a file that cannot be read is told by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-config-'))
  await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]))
  await assert.rejects(readConfigFile(join(folder, 'none.yaml')), /the configuration \S+none\.yaml does not exist; expected a YAML file/)
  await assert.rejects(readConfigFile(folder), /is a folder/)
  await assert.rejects(readConfigFile(join(folder, 'binary')), /is no UTF-8 text/)
  await rm(folder, { recursive: true })
})
