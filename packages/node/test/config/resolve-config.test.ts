import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROLES } from '@peerwatch/node/roles'
import {
  changesBetween,
  configSchema,
  findOption,
  flagOf,
  OPTION_NAMES,
  parseConfigFile,
  resolveConfig,
  unknownVariables,
  variableOf
} from '@peerwatch/node/config'
import type { ConfigFile } from '@peerwatch/node/config'

const file = async (text: string): Promise<ConfigFile> => parseConfigFile('pw.yaml', text)

test('a variable wins over the file, a flag over both, and each value tells who set it', async () => {
  const config = resolveConfig({
    file: await file('targetDegree: 3\nmaxDegree: 4\nlog:\n  level: warn'),
    env: { PEERWATCH_TARGET_DEGREE: '5', PEERWATCH_MAX_DEGREE: '6', PEERWATCH_ENFORCE: '' },
    flags: { targetDegree: 6 }
  })
  assert.deepEqual(config.setting('targetDegree'), { name: 'targetDegree', value: 6, source: { kind: 'flag', name: '--target-degree' } })
  assert.deepEqual(config.setting('maxDegree'), { name: 'maxDegree', value: 6, source: { kind: 'env', name: 'PEERWATCH_MAX_DEGREE' } })
  assert.deepEqual(config.setting('log.level'), { name: 'log.level', value: 'warn', source: { kind: 'file', path: 'pw.yaml', line: 4, column: 10 } })
  assert.deepEqual(config.setting('enforce'), { name: 'enforce', value: true, source: { kind: 'default' } })
  assert.deepEqual([config.given('enforce'), config.given('maxDegree')], [undefined, 6])
})

test('lists come from variables with commas or blanks between', () => {
  const config = resolveConfig({ env: { PEERWATCH_LISTEN: '/ip4/127.0.0.1/tcp/1, /ip6/::1/tcp/2' }, flags: {} })
  assert.deepEqual(config.get('listen'), ['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/2'])
})

for (const { variable, text, says } of [
  { variable: 'PEERWATCH_HTTP_PORT', text: 'eighty', says: /the variable PEERWATCH_HTTP_PORT is "eighty"; expected a whole number from 0 to 65535; / },
  { variable: 'PEERWATCH_HTTP_PORT', text: '1e3', says: /is "1e3"; expected a whole number/ },
  { variable: 'PEERWATCH_ENFORCE', text: 'yes', says: /is "yes"; expected true or false; / },
  { variable: 'PEERWATCH_LOG_LEVEL', text: 'loud', says: /is "loud"; expected debug, info, warn, error; / },
  { variable: 'PEERWATCH_NEVER_EVICT', text: 'bob,alice', says: /is "bob,alice"; expected a peer id such as \S+; several are separated by commas; / }
]) {
  test(`a variable that does not fit is named: ${variable}=${text}`, () => {
    assert.throws(() => resolveConfig({ env: { [variable]: text }, flags: {} }), { code: 'bad-option', message: says })
  })
}

test('degrees that exclude each other are told with where each stands', async () => {
  const above = await file('\ntargetDegree: 9')
  assert.throws(() => resolveConfig({ file: above, env: { PEERWATCH_MAX_DEGREE: '8' }, flags: {} }), {
    code: 'bad-option',
    message: /^pw\.yaml:2:15: targetDegree is 9, above PEERWATCH_MAX_DEGREE, which is 8; /
  })
  assert.doesNotThrow(() => resolveConfig({ env: {}, flags: { maxDegree: 2 } }), 'the default target gives way')
})

test('a variable that means nothing is told with the one that was probably meant', () => {
  assert.deepEqual(unknownVariables({ PEERWATCH_LOGLEVEL: 'x', PEERWATCH_SEED_PORT_1_TCP: 'x', PEERWATCH_CONFIG: 'x', PEERWATCH_DATA: 'x', PATH: '' }), [
    { name: 'PEERWATCH_LOGLEVEL', like: 'PEERWATCH_LOG_LEVEL' },
    { name: 'PEERWATCH_SEED_PORT_1_TCP', like: undefined }
  ])
})

test('what changed is told apart by what can change at run time, for the options of the role', async () => {
  const before = resolveConfig({ file: await file('targetDegree: 3\nregistry: { costBurst: 1 }'), env: {}, flags: {} })
  const after = resolveConfig({ file: await file('targetDegree: 4\nhttp: { port: 1 }\nneverEvict: []'), env: {}, flags: {} })
  assert.deepEqual(changesBetween(before, after, ROLES.peer), {
    live: [{ name: 'targetDegree', from: 3, to: 4 }],
    restart: [{ name: 'http.port', from: 0, to: 1 }]
  })
  assert.deepEqual(
    changesBetween(before, after, ROLES.seed).restart.map(({ name }) => name),
    ['http.port', 'registry.costBurst']
  )
})

test('every option has a flag, a variable and a place in the schema of its own, and its default fits', () => {
  assert.equal(new Set(OPTION_NAMES.map(flagOf)).size, OPTION_NAMES.length)
  assert.equal(new Set(OPTION_NAMES.map(variableOf)).size, OPTION_NAMES.length)
  const text = JSON.stringify(configSchema())
  for (const name of OPTION_NAMES) {
    const { kind, default: value, defaultText, about } = findOption(name)
    assert.ok(text.includes(variableOf(name)), name)
    assert.ok((value === undefined) !== (defaultText === undefined), `${name} has a default, or says where it comes from`)
    assert.ok(value === undefined || kind.read(value) !== undefined, `the default of ${name} fits`)
    assert.ok(about.length > 10, name)
  }
})
