import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { capped } from '@peerwatch/model'
import fc from 'fast-check'
import { EvidenceBook, resolveOptions, standing, suspicionWeight, suspicions, wilsonUpper } from '../src/index.ts'
import { peer, report } from './support/build.ts'
import type { CountsByDimension, Standing, StandingFacts, Suspicion } from '../src/index.ts'
import type { Dimension } from '@peerwatch/model'

const options = resolveOptions()
const subject = peer('subject')
const NOW = 500
const NOTHING: StandingFacts = { isEvicted: false, isSuspect: false, isWatched: false }
const evenly = (): number => 0.3

interface Said {
  readonly by: string
  readonly group?: string
  readonly counts?: CountsByDimension
  readonly cuts?: readonly Dimension[]
}

function book(said: readonly Said[]): EvidenceBook {
  const evidence = new EvidenceBook(options)
  for (const { by, group = by, counts = {}, cuts = [] } of said) evidence.add(report({ reporter: peer(by), group, subject, window: NOW, counts, cuts }), NOW)
  return evidence
}

function standingOf(said: readonly Said[], weightOf = evenly): Standing {
  return standing(book(said).about(subject, NOW), weightOf, NOTHING, options)
}

function suspicionOf(said: readonly Said[], weightOf: (by: string) => number = evenly): Suspicion {
  return suspicions(book(said).about(subject, NOW), weightOf, options).find(({ dimension }) => dimension === 'integrity')!
}

function say(by: string, counts: CountsByDimension): Said {
  return { by, counts }
}

const good = { integrity: { ok: 20, bad: 0 } }

suite('standing', () => {
  test('the Wilson bound lies above the share, below 1, and falls with every bad observation', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.double({ min: 0, max: 1e4, noNaN: true }), (ok, bad) => {
        fc.pre(ok + bad > 1e-3)
        const upper = wilsonUpper({ ok, bad })
        assert.ok(upper >= ok / (ok + bad) - 1e-12 && upper <= 1)
        assert.ok(wilsonUpper({ ok, bad: bad + 1 }) <= upper + 1e-12)
      })
    )
    assert.equal(wilsonUpper({ ok: 0, bad: 0 }), 1)
  })

  test('R5: a good dimension never pays for a bad one', () => {
    const bad = { integrity: { ok: 0, bad: 20 } }
    const { ratio, dimension } = standingOf([{ by: 'a', counts: { ...bad, liveness: { ok: 20, bad: 0 }, resource: { ok: 20, bad: 0 } } }])
    assert.equal(ratio, standingOf([{ by: 'a', counts: bad }]).ratio)
    assert.equal(dimension, 'integrity')
  })

  test('a dimension with fewer than 20 observations is unknown', () => {
    assert.equal(standingOf([{ by: 'a', counts: { integrity: { ok: 19, bad: 0 } } }]).state, 'unknown')
    assert.equal(standingOf([{ by: 'a', counts: good }]).state, 'good')
  })

  test('a group weighs as its heaviest member, however many it has', () => {
    const liars = Array.from({ length: 50 }, (_, index) => ({ by: `liar${index}`, group: 'one', counts: { integrity: { ok: 0, bad: 20 } } }))
    const honest = ['a', 'b', 'c'].map(by => ({ by, counts: good }))
    const { ratio } = standingOf([...liars, ...honest])
    assert.equal(ratio, standingOf([liars[0]!, ...honest]).ratio)
  })

  test('forwarding is corrected for what the reporter itself brought, and needs two reporters', () => {
    const { dimensions } = standingOf(['a', 'b'].map(by => ({ by, counts: { forwarding: { ok: 4, bad: 16 } } })))
    assert.ok(Math.abs(dimensions.forwarding!.ratio! - 0.4) < 1e-9)
  })
})

suite('suspicion', () => {
  const bad = { integrity: { ok: 10, bad: 10 } }

  test('three accusing groups make a suspect, two of three do not', () => {
    assert.ok(suspicionOf([say('a', bad), say('b', bad), say('c', bad), say('d', good), say('e', good)]).isSuspect)
    assert.ok(!suspicionOf([say('a', bad), say('b', bad), say('c', good)]).isSuspect)
    assert.ok(suspicionOf([say('a', bad), say('b', bad)]).isSuspect)
    assert.ok(!suspicionOf([]).isSuspect)
  })

  test('a live cut accuses by itself; two bad observations do not', () => {
    assert.ok(suspicionOf([{ by: 'a', cuts: ['integrity'] }]).isSuspect)
    assert.ok(!suspicionOf([{ by: 'a', counts: { integrity: { ok: 0, bad: 2 } } }]).isSuspect)
  })

  test('natural noise of half a per cent accuses nobody, ten per cent does', () => {
    assert.ok(!suspicionOf([{ by: 'a', counts: { integrity: { ok: 19, bad: 1 } } }]).isSuspect)
    const tenth = new EvidenceBook(options)
    for (let window = NOW - 5; window <= NOW; window++) {
      tenth.add(report({ reporter: peer('a'), subject, window, counts: { integrity: capped({ ok: 90, bad: 10 }, 20, 0) } }), NOW)
    }
    assert.ok(suspicions(tenth.about(subject, NOW), evenly, options).some(({ isSuspect }) => isSuspect))
  })

  test('on-off misdeeds show in the last three windows before they show in the sums', () => {
    const onOff = new EvidenceBook(options)
    for (let window = NOW - 60; window < NOW; window++) onOff.add(report({ reporter: peer('a'), subject, window, counts: good }), NOW)
    onOff.add(report({ reporter: peer('a'), subject, window: NOW, counts: { integrity: { ok: 10, bad: 10 } } }), NOW)
    const [by] = onOff.about(subject, NOW)
    assert.ok(wilsonUpper(by!.evidence.integrity!) > options.dimensions.row('integrity').theta)
    assert.ok(suspicions([by!], evenly, options).some(({ isSuspect }) => isSuspect))
  })

  test('who was caught lying accuses nobody', () => {
    const said = ['a', 'b', 'c'].map(by => ({ by, counts: bad }))
    assert.ok(!suspicionOf(said, () => options.accuserLeastWeight / 2).isSuspect)
  })

  test('R8: more accusers never make less of a suspect', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), verdicts => {
        const said = verdicts.map((isAccuser, index) => ({ by: `r${index}`, counts: isAccuser ? bad : good }))
        const more = said.map((one, index) => (index === 0 ? { ...one, counts: bad } : one))
        assert.ok(!suspicionOf(said).isSuspect || suspicionOf(more).isSuspect)
      })
    )
  })

  test('forwarding and liveness open no case, however bad', () => {
    const about = book(['a', 'b', 'c'].map(by => ({ by, counts: { forwarding: { ok: 0, bad: 20 }, liveness: { ok: 0, bad: 20 } } }))).about(subject, NOW)
    assert.ok(suspicions(about, evenly, options).every(({ isSuspect, accusers }) => !isSuspect && accusers.length === 0))
  })

  test('who accuses everybody moves nobody ahead', () => {
    const one = suspicionOf([{ by: 'a', counts: bad }])
    assert.ok(suspicionWeight(one, () => 50) < suspicionWeight(one, () => 1) / 49)
  })
})
