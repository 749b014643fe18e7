import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tryAttacks } from '../../src/trial/index.ts'
import { ATTACKS } from './table.ts'

test('what goes wrong in an attack fails its own row, with the reason, and the others are tried: the short ones first', async () => {
  const rows = await tryAttacks(ATTACKS, { seed: 7, table: new URL('table.ts', import.meta.url).href, say: () => {}, tried: () => {} })
  assert.deepEqual(
    rows.map(({ name, pass }) => `${name} ${pass}`),
    ['throws false', 'leaks-a-rejection false', 'exits false', 'quick true', 'fails false', 'harms false', 'slow true']
  )
  const of = (name: string): (typeof rows)[number] => rows.find(row => row.name === name)!
  assert.match(of('throws').endedBy, /its process ended with code 1: .*RangeError: out of its mind/)
  assert.match(of('leaks-a-rejection').endedBy, /nobody heard of it/)
  assert.match(of('exits').endedBy, /its process ended with code 7/)
  assert.match(of('quick').cost, /^7 0\.\d{3}$/)
  assert.match(of('harms').effect, /^nothing; peer-2, which is honest, was cut by peer-1$/)
})
