import { wilsonUpper } from '@peerwatch/reputation'
import type { Fate } from './fates.ts'
import type { PeerFate, RunResult } from './result.ts'

/** The quartiles of some numbers; between two of them if none stands there. */
export interface Quartiles {
  readonly least: number
  readonly lower: number
  readonly median: number
  readonly upper: number
  readonly most: number
}

/** All peers with one part, over all runs that count. */
export interface BehaviourSummary {
  readonly behaviour: string
  readonly expected: Fate
  readonly peers: number
  /** How many of these met with what was expected. */
  readonly asExpected: number
  /** The 95 % Wilson interval of their share. */
  readonly share: { readonly low: number; readonly high: number }
  /** The time since the misdeeds began, for peers that met with what was expected. Absent for a fate that takes no time. */
  readonly afterWindows: Quartiles | undefined
  readonly afterMs: Quartiles | undefined
}

/** Several runs as one. */
export interface RunsSummary {
  readonly runs: number
  readonly ok: number
  readonly failed: number
  /** Runs that say nothing about the network. The figures below leave them out, unless they harmed somebody. */
  readonly tooBusy: number
  readonly stopped: number
  readonly elapsedMs: Quartiles | undefined
  readonly behaviours: readonly BehaviourSummary[]
}

/** Undefined: there are no numbers. */
export function spreadOf(numbers: readonly number[]): Quartiles | undefined {
  if (numbers.length === 0) return undefined
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return below + (above - below) * (place - Math.floor(place))
  }
  return { least: at(0), lower: at(0.25), median: at(0.5), upper: at(0.75), most: at(1) }
}

const isHarmless = ({ wronglyEvicted }: RunResult): boolean => wronglyEvicted.length === 0

export function summarise(results: readonly RunResult[]): RunsSummary {
  const ended = (end: RunResult['end']): RunResult[] => results.filter(result => result.end === end && isHarmless(result))
  const [tooBusy, stopped] = [ended('too-busy'), ended('stopped')]
  const counted = results.filter(result => !tooBusy.includes(result) && !stopped.includes(result))
  const fates = counted.flatMap(result => result.fates)
  const ok = counted.filter(result => result.ok)
  return {
    runs: results.length,
    ok: ok.length,
    failed: counted.length - ok.length,
    tooBusy: tooBusy.length,
    stopped: stopped.length,
    elapsedMs: spreadOf(ok.map(({ elapsedMs }) => elapsedMs)),
    behaviours: [...new Set(fates.map(({ behaviour }) => behaviour))].map(behaviour => ofBehaviour(fates.filter(each => each.behaviour === behaviour)))
  }
}

function ofBehaviour(fates: readonly PeerFate[]): BehaviourSummary {
  const [{ behaviour, expected } = { behaviour: 'honest', expected: 'unharmed' as const }] = fates
  // an honest peer that was examined and acquitted came to no harm
  const as = fates.filter(({ found }) => found === expected || (expected === 'unharmed' && found === 'acquitted'))
  const [ok, bad] = [as.length, fates.length - as.length]
  const of = (unit: 'afterWindows' | 'afterMs'): Quartiles | undefined => (expected === 'unharmed' ? undefined : spreadOf(as.flatMap(fate => fate[unit] ?? [])))
  return {
    behaviour,
    expected,
    peers: fates.length,
    asExpected: ok,
    share: { low: 1 - wilsonUpper({ ok: bad, bad: ok }), high: wilsonUpper({ ok, bad }) },
    afterWindows: of('afterWindows'),
    afterMs: of('afterMs')
  }
}
