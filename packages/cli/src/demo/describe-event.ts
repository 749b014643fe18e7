import { counted } from '@peerwatch/model'
import type { Told, ToldDetail } from '@peerwatch/attacks/play'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { DemoEvent } from './state.ts'

type Said = Pick<DemoEvent, 'tone' | 'text'>
type NameOf = (id: string) => string
type Describers = { readonly [K in keyof PeerwatchEvents]?: (detail: ToldDetail<K>, nameOf: NameOf) => Said | undefined }

const list = (ids: readonly string[], nameOf: NameOf): string => ids.map(nameOf).join(', ')

/** A trusted node may hear of a case before it hears of the finding that another one opened it on. */
function groundsOf(groupsCount: number, firstHand: boolean): string {
  if (firstHand) return 'seen first-hand'
  return groupsCount === 0 ? 'which another trusted node opened first' : `accused by ${counted(groupsCount, 'group')}`
}

/** A person follows these events. The others stand in the logs. */
const describers: Describers = {
  'peer:evicted': ({ peer, dimension, reason }, nameOf) => ({ tone: 'bad', text: `refuses ${nameOf(peer)} from now on: evicted for ${dimension} (${reason})` }),
  'peer:reinstated': ({ peer, reason }, nameOf) => ({ tone: 'good', text: `${nameOf(peer)} is reinstated: ${reason}` }),
  'peer:removed': ({ peer, seeds }, nameOf) => ({ tone: 'warning', text: `${nameOf(peer)} is off the registry: dead by the tests of ${list(seeds, nameOf)}` }),
  'peer:goodbye': ({ peer }, nameOf) => ({ tone: 'quiet', text: `${nameOf(peer)} said goodbye` }),
  'dead:reported': ({ peer, by }, nameOf) => ({ tone: 'quiet', text: `${nameOf(by)} says that ${nameOf(peer)} is dead` }),
  'dead:tested': ({ peer, tests, answered }, nameOf) => ({ tone: 'quiet', text: `test ${tests} of ${nameOf(peer)}: ${answered ? 'it answers' : 'no answer'}` }),
  'neighbour:dead': ({ peer, misses }, nameOf) => ({ tone: 'warning', text: `${nameOf(peer)} missed ${misses} pings: reported dead` }),
  'neighbour:cut': ({ peer, dimension, evidence }, nameOf) => ({ tone: 'warning', text: `cuts its link to ${nameOf(peer)}: ${dimension}, ${evidence}` }),
  'case:opened': ({ subject, dimension, groups, firstHand }, nameOf) => ({
    tone: 'warning',
    text: `opens a case: ${nameOf(subject)}, ${dimension}, ${groundsOf(groups.length, firstHand)}`
  }),
  'case:closed': ({ subject, dimension, outcome }, nameOf) => ({
    tone: outcome === 'acquitted' ? 'good' : 'quiet',
    text: `closes the case of ${nameOf(subject)}, ${dimension}: ${outcome}`
  }),
  'finding:signed': ({ subject, dimension, outcome, reason }, nameOf) => ({
    tone: outcome === 'failed' ? 'bad' : 'good',
    text: `finds ${nameOf(subject)}, ${dimension}: ${outcome} (${reason})`
  }),
  'certificate:made': ({ subject, dimension, signers }, nameOf) => ({
    tone: 'bad',
    text: `certificate against ${nameOf(subject)}, ${dimension}: signed by ${list(signers, nameOf)}`
  }),
  alarm: ({ code, message }) => ({ tone: 'warning', text: `${code}: ${message}` })
}

/** A node's event as the demo tells it; undefined for those that only the logs tell. */
export function describeEvent({ event, detail }: Told, nameOf: NameOf): Said | undefined {
  const describe = describers[event] as ((detail: Told['detail'], nameOf: NameOf) => Said | undefined) | undefined
  return describe?.(detail, nameOf)
}

/** The types that `describeEvent` tells of. */
export const describedEvents: readonly (keyof PeerwatchEvents)[] = Object.keys(describers) as (keyof typeof describers)[]
