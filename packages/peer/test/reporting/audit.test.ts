import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRng } from '@peerwatch/model'
import { toPeerId } from '@peerwatch/link'
import { manualClock } from '@peerwatch/model/testing'
import { reportAudit } from '../../src/reporting/audit.ts'
import { chooseEntries, entryChoice } from '../../src/reporting/entries.ts'
import { somebody } from '../support/bench.ts'
import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'

/** Whether it is missed; undefined: it cannot tell. */
type Answer = boolean | undefined

const WINDOW_MS = 2_000
const EPOCH_WINDOWS = 10
/** A window is told when it is over, and what is due goes out within the next one. */
const LONGEST_WAIT = 3 + EPOCH_WINDOWS + 2
const [self, subject, ...members] = await Promise.all(Array.from({ length: 8 }, async () => somebody()))
const SELF = self!
const SUBJECT = subject!
const ANSWERS: readonly Answer[] = [true, false, undefined]

interface Asked {
  readonly node: PeerIdString
  readonly window: WindowNumber
  readonly atWindow: WindowNumber
}

/** A node that audits what it is told was acknowledged; the test answers for the trusted nodes. */
class Stage {
  readonly clock = manualClock(0)
  readonly asked: Asked[] = []
  readonly alarms: { code: string; message: string }[] = []
  readonly outcomes: string[] = []
  readonly left = new Set<PeerIdString>()
  readonly choice = entryChoice(SELF)
  readonly roster: { readonly version: number; readonly trusted: readonly PeerIdString[] }
  readonly audit: Part
  readonly events = new EventTarget()
  onWindow = (): void => {}
  answer: (node: PeerIdString, window: WindowNumber) => Answer | Promise<Answer> = () => undefined

  constructor(trustedCount: number, init: { share?: number; rng?: Rng } = {}) {
    this.roster = { version: 1, trusted: members.slice(0, trustedCount) }
    const core = {
      self: SELF,
      clock: this.clock,
      rng: init.rng ?? seededRng(7),
      events: this.events,
      windows: {
        windowMs: WINDOW_MS,
        now: () => ({ window: this.window(), offsetMs: 0 }),
        onWindow: (listener: () => void) => {
          this.onWindow = listener
          return () => {
            this.onWindow = () => {}
          }
        }
      },
      network: { roster: { preset: { epochWindows: EPOCH_WINDOWS } } },
      roster: { current: () => this.roster },
      emit: (type: string, detail: PeerwatchEvents['report:checked']['detail'] & PeerwatchEvents['alarm']['detail']) =>
        type === 'alarm' ? this.alarms.push(detail) : this.outcomes.push(detail.outcome)
    } as unknown as Core
    this.audit = reportAudit(core, {
      misses: async (node, about, window) => {
        assert.equal(about, SUBJECT)
        this.asked.push({ node, window, atWindow: this.window() })
        return this.answer(node, window)
      },
      leave: (entry, untilWindow) => {
        const isLeft = this.choice.leave(entry, untilWindow, this.roster)
        for (const node of isLeft ? [entry] : []) this.left.add(node)
        return isLeft
      },
      share: init.share ?? 1
    })
    void this.audit.start?.()
  }

  window(): WindowNumber {
    return Math.floor(this.clock.monotonicMs() / WINDOW_MS)
  }
  acknowledged(entry: PeerIdString, window = this.window()): void {
    this.events.dispatchEvent(new CustomEvent('report:acknowledged', { detail: { subject: toPeerId(SUBJECT), window, entry: toPeerId(entry) } }))
  }
  /** So many windows go by. */
  async windows(count: number): Promise<void> {
    for (let past = 0; past < count; past++) {
      this.onWindow()
      this.clock.advance(WINDOW_MS)
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
    }
  }
  entries(): PeerIdString[] {
    return chooseEntries(SELF, 1, this.roster.trusted, this.roster.trusted.length)
  }
}

test('N86: an entry is left once two others miss what it acknowledged, and one alarm names all three', async () => {
  const stage = new Stage(4)
  const [entry, second, third] = stage.entries()
  stage.answer = () => true
  for (let count = 0; count < 3; count++) stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.deepEqual([...stage.left], [entry])
  assert.deepEqual(stage.outcomes, ['missing', 'missing', 'missing'])
  assert.deepEqual(
    stage.alarms.map(({ code }) => code),
    ['report-lost']
  )
  for (const node of [entry!, second!, third!]) assert.ok(stage.alarms[0]!.message.includes(node))
  assert.deepEqual([...new Set(stage.asked.map(({ node }) => node))], [second, third], 'the other entry first, then a third node, the entry itself never')
})

test('N87: whatever one witness says, and however late or mute the others are, nobody leaves an entry and no alarm is raised', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...ANSWERS), { minLength: 5, maxLength: 5 }),
      fc.nat(4),
      fc.integer({ min: 3, max: 6 }),
      async (said, liar, count) => {
        const stage = new Stage(count)
        const [entry, ...others] = stage.entries()
        const honest = said.map(each => (each === true ? undefined : each))
        stage.answer = node => (others.indexOf(node) === liar ? said[liar] : honest[others.indexOf(node)])
        for (let reports = 0; reports < 4; reports++) stage.acknowledged(entry!)
        await stage.windows(LONGEST_WAIT)
        assert.equal(stage.outcomes.length, 4)
        assert.ok(!stage.outcomes.includes('missing'))
        assert.deepEqual([[...stage.left], stage.alarms], [[], []])
        assert.ok(stage.asked.length <= 16)
      }
    ),
    { numRuns: 60 }
  )
})

test('N87: one who has found it outweighs one who misses it, and two who cannot tell make no second', async () => {
  for (const [said, outcome] of [
    [[true, false, undefined], 'found'],
    [[false, true, true], 'found'],
    [[true, undefined, undefined], 'unclear']
  ] as const) {
    const stage = new Stage(4)
    const [entry, ...others] = stage.entries()
    stage.answer = node => said[others.indexOf(node)]
    stage.acknowledged(entry!)
    await stage.windows(LONGEST_WAIT)
    assert.deepEqual([stage.outcomes, [...stage.left], stage.alarms], [[outcome], [], []])
  }
})

test('N88: of two trusted nodes none is left: an alarm, once, says that one of the two is wrong', async () => {
  const stage = new Stage(2)
  const [entry, other] = stage.entries()
  stage.answer = () => true
  for (let count = 0; count < 3; count++) stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.deepEqual([[...stage.left], stage.outcomes], [[], ['unclear', 'unclear', 'unclear']])
  assert.deepEqual(
    stage.alarms.map(({ code }) => code),
    ['report-unconfirmed']
  )
  for (const node of [entry!, other!]) assert.ok(stage.alarms[0]!.message.includes(node))
  const alone = new Stage(1)
  alone.acknowledged(alone.entries()[0]!)
  await alone.windows(LONGEST_WAIT)
  assert.deepEqual([alone.outcomes, alone.asked, alone.alarms], [['unclear'], [], []])
})

test('N88: an entry that was left comes back after 360 windows, and two trusted nodes are always left', async () => {
  const stage = new Stage(3)
  const [entry, second, third] = stage.entries()
  stage.answer = () => true
  stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.deepEqual(stage.choice.choose(stage.roster, stage.window()), [second, third])
  stage.acknowledged(second!)
  await stage.windows(LONGEST_WAIT)
  assert.deepEqual([...stage.left], [entry])
  assert.ok(stage.alarms[1]!.message.includes('too few'))
  stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.equal(stage.alarms.length, 2, 'told for as long as it is left')
  await stage.windows(360 - stage.window())
  assert.equal(stage.choice.hasReturned(stage.window()), false)
  await stage.windows(LONGEST_WAIT)
  assert.equal(stage.choice.hasReturned(stage.window()), true)
  assert.deepEqual(stage.choice.choose(stage.roster, stage.window()), [entry, second])
  stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.equal(stage.alarms.length, 3)
})

test('N88: a roster with fewer members takes back whom it needs', () => {
  const [entry, second, third] = chooseEntries(SELF, 1, members, 3)
  const choice = entryChoice(SELF)
  const trusted = [entry!, second!, third!]
  assert.equal(choice.leave(entry!, 1_000, { version: 1, trusted }), true)
  assert.deepEqual(choice.choose({ version: 1, trusted }, 500), [second, third])
  assert.deepEqual(choice.choose({ version: 1, trusted: [entry!, second!] }, 500), [entry, second])
})

test('N89: a node asks for one in twenty of its reports, three windows or more later, four of them a window, and holds 256 at most', async () => {
  const stage = new Stage(3, { share: 0.05 })
  const [entry] = stage.entries()
  stage.answer = () => false
  const REPORTS = 4_000
  for (let count = 0; count < REPORTS; count++) stage.acknowledged(entry!)
  const from = stage.window()
  await stage.windows(REPORTS)
  assert.ok(Math.abs(stage.asked.length / REPORTS - 0.05) < 0.01, String(stage.asked.length))
  assert.ok(stage.asked.every(({ atWindow }) => atWindow >= from + 3))
  const inWindow = [...Map.groupBy(stage.asked, ({ atWindow }) => atWindow).values()].map(({ length }) => length)
  assert.equal(Math.max(...inWindow), 4)

  const full = new Stage(3)
  full.answer = () => false
  for (let count = 0; count < REPORTS; count++) full.acknowledged(entry!)
  await full.windows(100)
  assert.equal(full.asked.length, 256)
})

test('N89: while a trusted node is slow the next question waits, and after a stop nothing is asked, told or left', async () => {
  const stage = new Stage(3)
  const [entry] = stage.entries()
  const { promise, resolve } = Promise.withResolvers<Answer>()
  stage.answer = async () => promise
  for (let count = 0; count < 8; count++) stage.acknowledged(entry!)
  await stage.windows(LONGEST_WAIT)
  assert.equal(stage.asked.length, 1)
  void stage.audit.stop?.()
  resolve(true)
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
  assert.deepEqual([stage.outcomes, [...stage.left], stage.alarms, stage.asked.length], [[], [], [], 1])
  stage.answer = () => false
  void stage.audit.start?.()
  await stage.windows(LONGEST_WAIT)
  assert.ok(stage.outcomes.length > 0, 'it goes on after the next start')
})
