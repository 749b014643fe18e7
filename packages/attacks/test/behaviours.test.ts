import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { BEHAVIOURS, behaviourNames, misbehave, observationHook, onOff, parseBehaviour } from '../src/index.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Attack, Attackable, BehaviourName } from '../src/index.ts'

const nobody = { libp2p: { services: {}, getConnections: () => [] } } as unknown as Attackable

/** An attack that knows whether it is on. */
function recorder(): { attack: Attack; on: () => boolean } {
  let isOn = false
  return {
    attack: {
      start: () => {
        isOn = true
      },
      stop: () => {
        isOn = false
      }
    },
    on: () => isOn
  }
}

test('every behaviour is told in one line', () => {
  for (const name of behaviourNames) assert.match(BEHAVIOURS[name].description, /^[^\n]{10,100}$/)
})

test('an unknown behaviour is an error that names the known ones', () => {
  assert.equal(parseBehaviour('dies'), 'dies')
  const expected = {
    name: 'AttacksError',
    code: 'unknown-behaviour',
    message: 'unknown behaviour "sleeps": expected one of dies, corrupts, floods, slanders, freeRides, liesInverted'
  }
  assert.throws(() => parseBehaviour('sleeps'), expected)
  assert.throws(() => misbehave(nobody, 'sleeps' as BehaviourName), expected)
  assert.throws(() => parseBehaviour('toString'), { code: 'unknown-behaviour' })
})

test('a behaviour without what it needs is an error that names the option', () => {
  assert.throws(() => misbehave(nobody, 'slanders', {}), { code: 'bad-option', message: 'slanders: expected the option observations, found none' })
  assert.throws(() => misbehave(nobody, 'corrupts', {}), { code: 'unknown-libp2p' })
  assert.throws(() => misbehave(nobody, 'dies', {}), { code: 'unknown-libp2p' })
})

test('a node that takes note is told once when each misdeed begins and ends, and about whom it is', () => {
  const clock = manualClock()
  const noted: [string, string | undefined, boolean][] = []
  const node: Attackable = {
    ...nobody,
    noteMisdeed: ({ behaviour, victim }, isOn) => {
      noted.push([behaviour, victim, isOn])
    }
  }
  const victim = '12D3KooWvictim' as PeerIdString
  const attack = misbehave(node, 'slanders', { clock, victim, observations: observationHook(), onOff: { windowMs: 100, onWindows: 1, ofWindows: 3 } })
  attack.start()
  attack.start()
  clock.advance(300)
  attack.stop()
  attack.stop()
  assert.deepEqual(
    noted,
    [true, false, true, false].map(isOn => ['slanders', victim, isOn])
  )
})

suite('when', () => {
  test('onOff misbehaves 5 windows in 20, from the first on, until it is stopped', () => {
    const clock = manualClock()
    const { attack, on } = recorder()
    const turns = onOff(attack, { clock, windowMs: 100 })
    turns.start()
    const windows = Array.from({ length: 45 }, () => {
      const misbehaves = on()
      clock.advance(100)
      return misbehaves ? '#' : '.'
    })
    assert.equal(windows.join(''), `${'#'.repeat(5)}${'.'.repeat(15)}`.repeat(2) + '#'.repeat(5))
    turns.stop()
    clock.advance(10_000)
    assert.equal(on(), false)
  })

  test('turns that leave no time for innocence are refused', () => {
    assert.throws(() => onOff(recorder().attack, { windowMs: 100, onWindows: 20, ofWindows: 20 }), { code: 'bad-option' })
  })

  test('misdeeds begin at startAtMs, and never when stopped before', () => {
    const clock = manualClock(1_000)
    let looks = 0
    const node = {
      libp2p: {
        services: {},
        getConnections: () => {
          looks++
          return []
        }
      }
    } as unknown as Attackable
    const attack = misbehave(node, 'floods', { clock, startAtMs: 3_000 })
    attack.start()
    clock.advance(1_999)
    assert.equal(looks, 0)
    clock.advance(1)
    clock.advance(200)
    assert.ok(looks > 0)
    attack.stop()
    const other = misbehave(node, 'floods', { clock, startAtMs: 9_000 })
    other.start()
    other.stop()
    looks = 0
    clock.advance(60_000)
    assert.equal(looks, 0)
  })
})
