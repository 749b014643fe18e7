import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dealRoles } from '@peerwatch/attacks/play'
import { plotsOf, storyLines } from '../../src/demo/story.ts'

test('the story names every player, what it does and what should come of it', () => {
  const roles = dealRoles(4)
  const text = storyLines(roles, { seed: 4, logs: '/tmp/logs', plots: true }).join('\n')
  for (const { name } of roles.filter(({ behaviour }) => behaviour !== 'honest')) assert.match(text, new RegExp(`\\b${name}\\b`))
  assert.deepEqual(
    plotsOf(roles).map(({ shownBy, about }) => `${shownBy} ${about.length}`),
    ['removed 1', 'evicted 1', 'evicted 1', 'acquitted 1']
  )
  assert.match(text, /^Peerwatch demo: .*, run 4\n/)
  // a seed is a host here, and nothing else
  assert.doesNotMatch(text, /seed \d/)
})
