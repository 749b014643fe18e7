import assert from 'node:assert/strict'
import { test } from 'node:test'
import { castOf, dealRoles } from '@peerwatch/attacks/play'
import { plotsOf, storyLines } from '../../src/demo/story.ts'
import type { Misdeeds } from '@peerwatch/attacks/play'

test('the story names every player, what it does and what should come of it', () => {
  const cast = castOf()
  const roles = dealRoles(cast, 4)
  const text = storyLines(roles, { seed: 4, cast, logs: '/tmp/logs', plots: true }).join('\n')
  for (const { name } of roles.filter(({ behaviour }) => behaviour !== 'honest')) assert.match(text, new RegExp(`\\b${name}\\b`))
  assert.deepEqual(
    plotsOf(roles, cast).map(({ shownBy, about }) => `${shownBy} ${about.length}`),
    ['removed 1', 'evicted 1', 'evicted 1', 'acquitted 1']
  )
  assert.match(text, /^Peerwatch demo: .*, run 4\n/)
  // a seed is a host here, and nothing else
  assert.doesNotMatch(text, /seed \d/)
})

const told = (misdeeds: Misdeeds): string[] => {
  const cast = castOf({ misdeeds })
  // who plays which part is chance: the names are left out
  return plotsOf(dealRoles(cast, 4), cast).map(({ misdeed, outcome }) => `${misdeed}: ${outcome}`.replaceAll(/peer-\d+/g, 'P'))
}
const stories: readonly { readonly what: string; readonly misdeeds: Misdeeds; readonly lines: readonly string[] }[] = [
  {
    what: 'several of a kind',
    misdeeds: { corrupts: 2, dies: 3 },
    lines: [
      'P, P and P die without a word: 2 seeds test them and take them off the registry',
      'P and P alter the messages they pass on: 2 of 3 trusted nodes sign their evictions'
    ]
  },
  { what: 'too few slanderers', misdeeds: { slanders: 1 }, lines: ['P slanders P: too few accuse P: nobody examines it'] },
  { what: 'a free rider', misdeeds: { freeRides: 1 }, lines: ['P passes no messages on: nobody is evicted: forwarding is shown only'] },
  { what: 'nobody', misdeeds: {}, lines: ['nobody misbehaves: nobody is harmed'] }
]
for (const { what, misdeeds, lines } of stories) {
  test(`the story follows the cast: ${what}`, () => {
    assert.deepEqual(told(misdeeds), lines)
  })
}

test('a story that promises that nothing happens says how long it watches', () => {
  const cast = castOf({ misdeeds: { freeRides: 1 }, preset: 'lan', peers: 8 })
  const text = storyLines(dealRoles(cast, 4), { seed: 4, cast, logs: '/tmp/logs', plots: true }).join('\n')
  assert.match(text, /^19 hosts .* 7 peers are honest, 1 misbehaves as soon as/m)
  assert.match(text, /^It watches for 25 windows \(4 minutes\)/m)
})
