import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findOption, OPTION_NAMES } from '@peerwatch/node/config'
import { CHAT_DEFAULTS } from '@peerwatch/node'
import { GOSSIP_LIMITS_DEFAULTS } from '../../../peer/src/gossip/gossip-limits.ts'
import { REGISTRY_SERVER_DEFAULTS } from '../../../seed/src/options.ts'
import { REPORTING_DEFAULTS } from '../../../peer/src/reporting/reporting.ts'
import { ENTRY_LIMITS } from '../../../tier/src/entry/entry.ts'

const DEFAULTS = { gossip: GOSSIP_LIMITS_DEFAULTS, registry: REGISTRY_SERVER_DEFAULTS, reporting: REPORTING_DEFAULTS, entry: ENTRY_LIMITS }

for (const group of ['gossip', 'registry', 'reporting', 'entry'] as const) {
  test(`the table has every option of ${group}, with the default of the services`, () => {
    const inTable = OPTION_NAMES.filter(name => name.startsWith(`${group}.`))
    const withDefault = inTable.filter(name => findOption(name).default !== undefined)
    assert.deepEqual(Object.fromEntries(withDefault.map(name => [name.slice(group.length + 1), findOption(name).default])), { ...DEFAULTS[group] })
  })
}

test('the defaults of degree and chat are those of the services and of createNode', () => {
  const source = readFileSync(new URL('../../../peer/src/neighbours/neighbours.ts', import.meta.url), 'utf8')
  assert.equal(findOption('targetDegree').default, Number(/DEFAULT_TARGET_DEGREE = (\d+)/.exec(source)?.[1]))
  assert.equal(findOption('chat.everyMs').default, CHAT_DEFAULTS.everyMs)
  assert.equal(findOption('chat.firstSights').default, CHAT_DEFAULTS.firstSights)
  assert.equal(CHAT_DEFAULTS.count, Infinity)
})
