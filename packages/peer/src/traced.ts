import { listenTo } from '@peerwatch/link'
import type { PeerId, TypedEventTarget } from '@libp2p/interface'
import type { PeerwatchEvents } from '@peerwatch/link'

type Attributes = Record<string, string | number | boolean>

/** The part of OpenTelemetry's `Span` that is used. */
export interface TraceSpan {
  setAttributes(attributes: Attributes): unknown
  addEvent(name: string, attributes?: Attributes): unknown
  end(): void
}

/** The part of OpenTelemetry's `Tracer` that is used: `trace.getTracer('peerwatch')` of `@opentelemetry/api` is one. */
export interface PeerwatchTracer {
  startSpan(name: string, options: { attributes: Attributes }): TraceSpan
}

/** Spans under way; the one that began first is ended as `forgotten` to make room. */
const MOST_SPANS = 10_000

/** Spans that begin and end at different events. */
function openSpans(tracer: PeerwatchTracer) {
  const open = new Map<string, TraceSpan>()
  const end = (key: string, attributes: Attributes): void => {
    const span = open.get(key)
    if (span == null) return
    open.delete(key)
    span.setAttributes(attributes)
    span.end()
  }
  return {
    begin: (key: string, name: string, attributes: Attributes): void => {
      const [oldest] = open.keys()
      if (open.size >= MOST_SPANS && oldest != null) end(oldest, { outcome: 'forgotten' })
      end(key, { outcome: 'forgotten' })
      open.set(key, tracer.startSpan(name, { attributes }))
    },
    note: (key: string, name: string, attributes: Attributes): void => {
      open.get(key)?.addEvent(name, attributes)
    },
    end,
    endAll: (): void => {
      for (const key of open.keys()) end(key, { outcome: 'stopped' })
    }
  }
}

const reportKey = (subject: string, window: number): string => `report/${window}/${subject}`
const caseKey = (subject: PeerId, dimension: string): string => `case/${dimension}/${subject.toString()}`

/**
 * Makes a span for each report from observation to answer (`peerwatch.report`). On a trusted node it also makes one for each case from accusation to
 * end (`peerwatch.case`, with findings, signatures and the certificate as its events). Without this call there are no spans.
 *
 * @param events - the `peerwatch` service of a node
 * @returns a function that ends tracing and the spans under way
 */
export function traced(events: TypedEventTarget<PeerwatchEvents>, tracer: PeerwatchTracer): () => void {
  const spans = openSpans(tracer)
  const unlisten = listenTo(events, {
    'window:closed': ({ detail: { window, observations } }) => {
      for (const { subject } of observations) spans.begin(reportKey(subject, window), 'peerwatch.report', { subject, window })
    },
    'report:acknowledged': ({ detail: { subject, window, entry } }) => {
      spans.end(reportKey(subject.toString(), window), { outcome: 'acknowledged', entry: entry.toString() })
    },
    'report:refused': ({ detail: { subject, window, entry, reason } }) => {
      spans.end(reportKey(subject.toString(), window), { outcome: 'refused', entry: entry.toString(), reason })
    },
    'case:opened': ({ detail: { subject, dimension, window, groups, firstHand } }) => {
      const attributes = { subject: subject.toString(), dimension, window, groups: groups.length, firstHand }
      spans.begin(caseKey(subject, dimension), 'peerwatch.case', attributes)
    },
    'finding:signed': ({ detail: { subject, dimension, outcome, by } }) => {
      spans.note(caseKey(subject, dimension), 'finding', { outcome, by: by.toString() })
    },
    'verdict:signed': ({ detail: { subject, dimension, proposer } }) => {
      spans.note(caseKey(subject, dimension), 'verdict signed', { proposer: proposer.toString() })
    },
    'certificate:made': ({ detail: { subject, dimension, signers } }) => {
      spans.note(caseKey(subject, dimension), 'certificate', { signers: signers.length })
    },
    'case:closed': ({ detail: { subject, dimension, outcome, window } }) => {
      spans.end(caseKey(subject, dimension), { outcome, closedWindow: window })
    }
  })
  return () => {
    unlisten()
    spans.endAll()
  }
}
