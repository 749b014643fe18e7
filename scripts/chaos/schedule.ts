import { seededRng } from '@peerwatch/model'
import type { Rng } from '@peerwatch/model'

/** What a fault does; the words are those of the printed schedule. */
export type FaultKind =
  | 'kill'
  | 'kill-all'
  | 'pause'
  | 'stop'
  | 'kill-seed'
  | 'partition'
  | 'clock'
  | 'disk-full'
  | 'disk-lost'
  | 'join'
  | 'leave'
  | 'gone'
  | 'terms'

export interface Fault {
  readonly kind: FaultKind
  /** Whom it befalls, by name: of a partition one side, of a join the new one. */
  readonly nodes: readonly string[]
  /** How long it lasts. */
  readonly forMs: number
  /** Between what came before and this one. */
  readonly pauseMs: number
  /** Begins only once all is whole: a disk is lost, or the roster changes who is trusted. */
  readonly waits: boolean
  /** Of a partition: bytes are lost without a word, or links are reset. Of a clock: what it is ahead, in ms. Of terms: the new retention in ms. */
  readonly how?: string | number
  /** Started again with the network.json that `init` made. */
  readonly isOldFile?: boolean
  /** Befalls others before the first one is over. */
  readonly meanwhile?: Fault
}

/** What this machine can do. */
export interface Able {
  /** Names of those whose data lie on a disk of their own, which can be filled. */
  readonly fillable: readonly string[]
  /** Nodes can be told apart by the address that they dial from. */
  readonly partitions: boolean
  /** Of the first roster. */
  readonly retentionMs: number
}

const TRUSTED_LEAST = 3
const TRUSTED_MOST = 7
const LASTS_MS = { least: 500, most: 9_000 }
const PAUSE_MOST_MS = 3_000
const MINUTE_MS = 60_000
const CLOCK_MOST_MINUTES = 6
const RETENTIONS_MS = [3, 6, 12, 24].map(hours => hours * 60 * MINUTE_MS)
const WITH_SHARE = 0.5

/** Faults one after another, without an end; the same seed, number of nodes and machine give the same. */
export function* schedule(seed: number, trustedCount: number, seedCount: number, able: Able): Generator<Fault> {
  const rng = seededRng(seed)
  const draw = drawing(rng, seedCount, able)
  let members = Array.from({ length: trustedCount }, (_, index) => `trusted-${index + 1}`)
  const first = new Set(members)
  let last = trustedCount
  for (;;) {
    // each kind once before one comes again: a short run has seen many
    for (const wanted of shuffled(kindsFor(able), rng)) {
      const kind = possible(wanted, members, able)
      const fault = draw.fault(kind, members, last + 1)
      if (kind === 'join') members = [...members, `trusted-${++last}`]
      if (kind === 'leave' || kind === 'gone') members = members.filter(name => !fault.nodes.includes(name))
      const isOldFile = (kind === 'kill' || kind === 'disk-lost') && fault.nodes.every(name => first.has(name)) && rng() < WITH_SHARE
      yield isOldFile ? { ...fault, isOldFile } : fault
    }
  }
}

function kindsFor({ fillable, partitions }: Able): FaultKind[] {
  const all: FaultKind[] = ['kill', 'kill-all', 'pause', 'stop', 'kill-seed', 'clock', 'disk-lost', 'disk-lost', 'join', 'join', 'leave', 'gone', 'terms']
  return [...all, ...(partitions ? (['partition', 'partition'] as const) : []), ...(fillable.length > 0 ? (['disk-full'] as const) : [])]
}

function possible(kind: FaultKind, members: readonly string[], { fillable }: Able): FaultKind {
  if (kind === 'join' && members.length >= TRUSTED_MOST) return 'leave'
  if ((kind === 'leave' || kind === 'gone') && members.length <= TRUSTED_LEAST) return 'join'
  return kind === 'disk-full' && !fillable.some(name => members.includes(name)) ? 'kill' : kind
}

interface Drawing {
  readonly fault: (kind: FaultKind, members: readonly string[], next: number) => Fault
}

function drawing(rng: Rng, seedCount: number, { fillable, retentionMs: firstMs }: Able): Drawing {
  let retentionMs = firstMs
  const one = <T>(items: readonly T[]): T => items[Math.floor(rng() * items.length)]!
  const some = (names: readonly string[], most: number): string[] => shuffled(names, rng).slice(0, 1 + Math.floor(rng() * most))
  const howOf = (kind: FaultKind): Pick<Fault, 'how'> => {
    if (kind === 'partition') return { how: one(['silent', 'reset']) }
    if (kind === 'clock') return { how: one([-1, 1]) * (1 + Math.floor(rng() * CLOCK_MOST_MINUTES)) * MINUTE_MS }
    if (kind !== 'terms') return {}
    // who signs terms that are those in force already is turned away
    retentionMs = one(RETENTIONS_MS.filter(ms => ms !== retentionMs))
    return { how: retentionMs }
  }
  const nodesOf = (kind: FaultKind, members: readonly string[], next: number): string[] => {
    if (kind === 'join') return [`trusted-${next}`]
    if (kind === 'kill-all') return [...members]
    if (kind === 'kill-seed') return [`seed-${1 + Math.floor(rng() * seedCount)}`]
    if (kind === 'disk-full') return [one(fillable.filter(name => members.includes(name)))]
    return some(members, kind === 'kill' || kind === 'pause' || kind === 'partition' ? 2 : 1)
  }
  const basic = (kind: FaultKind, members: readonly string[], next = 0): Fault => ({
    kind,
    nodes: nodesOf(kind, members, next),
    forMs: Math.round(LASTS_MS.least + rng() * (LASTS_MS.most - LASTS_MS.least)),
    pauseMs: Math.round(rng() * PAUSE_MOST_MS),
    waits: ['disk-lost', 'join', 'leave', 'gone'].includes(kind) || rng() < WITH_SHARE,
    ...howOf(kind)
  })
  return {
    fault: (kind, members, next) => {
      const fault = basic(kind, members, next)
      const others = members.filter(name => !fault.nodes.includes(name))
      const withAnother = rng() < WITH_SHARE
      // one disk at a time: who is gone for good has taken one along
      const kinds: FaultKind[] = kind === 'gone' ? ['kill', 'pause', 'stop'] : ['kill', 'pause', 'stop', 'disk-lost']
      if (!withAnother || !['join', 'leave', 'gone'].includes(kind)) return fault
      return { ...fault, meanwhile: { ...basic(one(kinds), others), nodes: [one(others)], waits: false } }
    }
  }
}

function shuffled<T>(items: readonly T[], rng: Rng): T[] {
  return items
    .map(item => ({ item, at: rng() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** The others are over once they are done. */
const LASTING: ReadonlySet<FaultKind> = new Set(['kill', 'kill-all', 'pause', 'stop', 'kill-seed', 'partition', 'clock', 'disk-full', 'disk-lost'])

/** One line, for people. */
export function toldFault({ kind, nodes, forMs, waits, how, isOldFile, meanwhile }: Fault): string {
  const what = how == null ? kind : `${kind} (${typeof how === 'number' && kind === 'clock' ? `${how / MINUTE_MS} min` : how})`
  const file = isOldFile === true ? ', with the first network.json' : ''
  const and = meanwhile == null ? '' : `; meanwhile ${toldFault(meanwhile)}`
  const whom = kind === 'terms' ? '' : ` ${nodes.join(', ')}`
  const lasts = LASTING.has(kind) ? ` for ${(forMs / 1000).toFixed(1)} s` : ''
  return `${waits ? 'once all is whole: ' : ''}${what}${whom}${lasts}${file}${and}`
}
