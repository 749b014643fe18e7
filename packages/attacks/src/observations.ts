import { OBSERVATIONS_MOST } from '@peerwatch/model'
import type { EvictableDimension, Observation, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Attack } from './attackable.ts'

/** Changes what a node says about its neighbours: the option `alterObservations` of the peerwatch service. */
export type AlterObservations = (observations: readonly Observation[], window: WindowNumber) => Observation[]

export interface SlanderInit {
  /** Default `integrity`. */
  readonly dimension?: EvictableDimension | undefined
}

/** Reports only bad observations and a cut about one peer in every window, neighbour or not. Everything else it reports as it saw it. */
export function slander(victim: PeerIdString, { dimension = 'integrity' }: SlanderInit = {}): AlterObservations {
  return (observations, window) => {
    const seen = observations.find(({ subject }) => subject === victim)
    const lie: Observation = {
      subject: victim,
      window,
      counts: { ...seen?.counts, [dimension]: { ok: 0, bad: OBSERVATIONS_MOST } },
      cuts: [...new Set([...(seen?.cuts ?? []), dimension])]
    }
    return [...observations.filter(({ subject }) => subject !== victim), lie]
  }
}

/** Calls every good observation bad and every bad one good, and reports no cut. */
export function liesInverted(): AlterObservations {
  return observations => observations.map(observation => ({ ...observation, counts: inverted(observation.counts), cuts: [] }))
}

function inverted(counts: Observation['counts']): Observation['counts'] {
  const entries = Object.entries(counts)
  return Object.fromEntries(entries.map(([dimension, { ok, bad }]) => [dimension, { ok: bad, bad: ok }]))
}

/** Where lies enter a node. Make it before the node, and give `alter` as the node's `alterObservations`. Lies can then be switched on and off. */
export interface ObservationHook {
  readonly alter: AlterObservations
  readonly attack: (lie: AlterObservations) => Attack
}

export function observationHook(): ObservationHook {
  const lies = new Set<AlterObservations>()
  return {
    alter: (observations, window) => {
      let told = [...observations]
      for (const lie of lies) told = lie(told, window)
      return told
    },
    attack: lie => ({
      start: () => {
        lies.add(lie)
      },
      stop: () => {
        lies.delete(lie)
      }
    })
  }
}
