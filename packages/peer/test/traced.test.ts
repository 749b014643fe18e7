import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { TypedEventEmitter } from 'main-event'
import { traced } from '../src/traced.ts'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { PeerwatchTracer } from '../src/traced.ts'

interface Span {
  readonly name: string
  readonly attributes: Record<string, unknown>
  readonly events: string[]
  isEnded: boolean
}

const [subject, entry] = await Promise.all([0, 1].map(async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))))
const about = subject!.toString()

function stage() {
  const spans: Span[] = []
  const tracer: PeerwatchTracer = {
    startSpan: (name, { attributes }) => {
      const span: Span = { name, attributes: { ...attributes }, events: [], isEnded: false }
      spans.push(span)
      return {
        setAttributes: more => Object.assign(span.attributes, more),
        addEvent: event => span.events.push(event),
        end: () => {
          span.isEnded = true
        }
      }
    }
  }
  const events = new TypedEventEmitter<PeerwatchEvents>()
  const emit = (name: keyof PeerwatchEvents, detail: object): boolean => events.safeDispatchEvent(name, { detail })
  return { spans, emit, stop: traced(events, tracer) }
}

test('a report is one span from its observation to its answer', () => {
  const { spans, emit } = stage()
  for (const window of [3, 4]) emit('window:closed', { window, observations: [{ subject: about, counts: {} }] })
  emit('report:acknowledged', { subject, window: 3, entry })
  emit('report:refused', { subject, window: 4, entry, reason: 'old-window' })
  emit('report:acknowledged', { subject, window: 3, entry })
  assert.deepEqual(spans, [
    { name: 'peerwatch.report', attributes: { subject: about, window: 3, outcome: 'acknowledged', entry: entry!.toString() }, events: [], isEnded: true },
    {
      name: 'peerwatch.report',
      attributes: { subject: about, window: 4, outcome: 'refused', entry: entry!.toString(), reason: 'old-window' },
      events: [],
      isEnded: true
    }
  ])
})

test('a case is one span from accusation to its end, with findings and certificate on its way', () => {
  const { spans, emit } = stage()
  const dimension = 'integrity'
  emit('case:opened', { subject, dimension, window: 5, groups: ['a', 'b'], firstHand: false })
  emit('finding:signed', { subject, dimension, outcome: 'failed', by: entry, window: 7, reason: '' })
  emit('verdict:signed', { subject, dimension, proposer: entry })
  emit('certificate:made', { subject, dimension, signers: [entry], reporterGroups: [], findings: [], openedWindow: 5, window: 8, reason: '' })
  emit('case:closed', { subject, dimension, outcome: 'evicted', openedWindow: 5, window: 8 })
  assert.deepEqual(spans, [
    {
      name: 'peerwatch.case',
      attributes: { subject: about, dimension, window: 5, groups: 2, firstHand: false, outcome: 'evicted', closedWindow: 8 },
      events: ['finding', 'verdict signed', 'certificate'],
      isEnded: true
    }
  ])
})

test('reports that nobody answers are bounded, and end with the tracing', () => {
  const { spans, emit, stop } = stage()
  for (let window = 0; window < 10_001; window++) emit('window:closed', { window, observations: [{ subject: about, counts: {} }] })
  assert.deepEqual(spans.map(({ isEnded }) => isEnded).lastIndexOf(true), 0, 'the oldest made room')
  stop()
  assert.ok(spans.every(({ isEnded }) => isEnded))
  emit('window:closed', { window: 1, observations: [{ subject: about, counts: {} }] })
  assert.equal(spans.length, 10_001)
})
