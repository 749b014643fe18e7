import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventFilter } from '../src/event-filter.ts'
import { peerId } from '../src/parse-option.ts'

const [ONE, TWO] = ['12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf', '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h']
const names = { of: (peer: string): string | undefined => (peer === TWO ? 'the old laptop' : undefined) }

for (const like of [TWO, '12D3KooWFZ', '12D3KooWF…hbG3h', 'the old laptop']) {
  test(`C92: what only reads takes ${like} for the peer that it means, wherever the event names it`, () => {
    const passes = eventFilter({ peer: [like] }, names)
    assert.deepEqual(
      [{ reason: `12D3KooWFZ and ${TWO}` }, { peer: ONE }, { peer: TWO }, { a: { b: [TWO] } }].map(line => passes({ event: 'alarm', ...line })),
      [false, false, true, true]
    )
  })
}

test('C92: letters that begin two ids mean the first: nothing is shown of a peer that only looks like another, and the stream goes on', () => {
  const told: string[] = []
  const passes = eventFilter({ peer: ['12D3KooWF'] }, names, note => told.push(note))
  assert.ok(passes({ event: 'alarm', peer: ONE }))
  for (let time = 0; time < 3; time++) assert.ok(!passes({ event: 'alarm', peer: TWO }))
  assert.ok(passes({ event: 'alarm', peer: ONE }))
  assert.deepEqual(told, [`--peer 12D3KooWF fits ${TWO} too, of which nothing is shown, but ${ONE}: give more letters`])
})

test('C92: what changes something takes whole ids alone', () => {
  assert.equal(peerId(ONE), ONE)
  for (const like of ['12D3KooWF', '12D3KooWF2Jx…ycbKf', 'the old laptop', ''])
    assert.throws(() => peerId(like), { code: 'usage', message: /expected a whole peer id such as 12D3Koo…/ })
})
