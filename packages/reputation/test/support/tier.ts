import { seededRng } from '@peerwatch/model'
import { judge, resolveOptions, step } from '../../src/index.ts'
import { digest, peer } from './build.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Action, Finding, Happening, Judge, Proposal, ReputationOptions, Surroundings } from '../../src/index.ts'

export const WINDOW_MS = 2_000
export const START_WINDOW = 1_000

export interface TierInit {
  readonly trusted: readonly string[]
  readonly quorum: number
  /** Members of the roster that have no judge here: the test says what they say. */
  readonly liars?: readonly string[]
  readonly seed?: number
  readonly onAction?: (node: PeerIdString, action: Action) => void
  /** Enough have signed; called before the judges hear of it. */
  readonly onEvicted?: (proposal: Proposal, signers: readonly PeerIdString[]) => void
}

/** Judges without a network: what one tells comes to all others at once, and an eviction is in force when enough have signed. */
export interface Tier {
  readonly nodes: ReadonlyMap<PeerIdString, Judge>
  readonly overloaded: Set<PeerIdString>
  /** Trusted nodes whose watchers tell nothing. */
  readonly silent: Set<PeerIdString>
  readonly options: ReputationOptions
  readonly at: (node: PeerIdString) => Surroundings
  readonly hear: (node: PeerIdString, happening: Happening) => void
  readonly tell: (from: PeerIdString, happening: Happening) => void
  readonly evicted: (subject: PeerIdString) => boolean
  /** The next window is under way; whoever judges is told with `window ended`. */
  readonly advance: () => WindowNumber
}

export function watchersOf(node: PeerIdString): PeerIdString[] {
  return [peer(`${node}/a`), peer(`${node}/b`)]
}

export function findingId({ by, subject, dimension, outcome, window }: Omit<Finding, 'id'>): string {
  return [by, subject, dimension, outcome, window].join(' ')
}

export function tier({ trusted, quorum, liars = [], seed = 1, onAction, onEvicted }: TierInit): Tier {
  const rng = seededRng(seed)
  const options = resolveOptions()
  const members = trusted.map(peer)
  const nodes = new Map(members.filter(one => !liars.includes(one)).map(self => [self, judge({ self, windowMs: WINDOW_MS, options, rng, digest, findingId })]))
  const certificates = new Map<PeerIdString, { readonly evictions: number; readonly serial: number; readonly untilMs: number }>()
  const overloaded = new Set<PeerIdString>()
  const silent = new Set<PeerIdString>()
  const waiting: [PeerIdString, Happening][] = []
  let window = START_WINDOW
  let isDelivering = false

  const evicted = (subject: PeerIdString): boolean => (certificates.get(subject)?.untilMs ?? 0) > window * WINDOW_MS
  const at = (node: PeerIdString): Surroundings => ({
    window,
    roster: { version: 1, trusted: members, quorum },
    watchers: watchersOf(node),
    isOverloaded: overloaded.has(node),
    registeredCount: 16,
    isImmune: one => members.includes(one),
    isOwnWatcher: one => watchersOf(node).includes(one),
    isEvicted: evicted,
    history: subject => certificates.get(subject) ?? { evictions: 0, serial: 0 }
  })
  const others = (node: PeerIdString): PeerIdString[] => [...nodes.keys()].filter(other => other !== node)
  const take = (node: PeerIdString, happening: Happening): Action[] => {
    const actions = step(nodes.get(node)!, { ...happening, at: at(node) })
    for (const action of actions) {
      onAction?.(node, action)
      perform(node, action)
    }
    return actions
  }
  const propose = (from: PeerIdString, proposal: Proposal): void => {
    const agreeing = others(from).filter(node => take(node, { type: 'proposal', proposal, from })[0]?.type === 'sign verdict')
    if (agreeing.length + 1 < quorum) return
    const { subject, serial, expiresAtMs: untilMs } = proposal
    certificates.set(subject, { evictions: (certificates.get(subject)?.evictions ?? 0) + 1, serial, untilMs })
    onEvicted?.(proposal, [from, ...agreeing])
    for (const node of nodes.keys()) hear(node, { type: 'evicted', peer: subject })
  }
  const perform = (node: PeerIdString, action: Action): void => {
    if (action.type === 'open case')
      tell(node, { type: 'case announced', from: node, candidate: { ...action.open, firstHand: false }, openedWindow: action.open.openedWindow })
    if (action.type === 'sign finding') tell(node, { type: 'finding', finding: action.finding })
    if (action.type === 'propose') propose(node, action.proposal)
    // a watcher tells at once that it has found a link
    if (action.type === 'look' && !silent.has(node)) hear(node, { type: 'seen', watcher: action.watcher, window, seen: [], linked: [action.subject] })
  }
  const hear = (node: PeerIdString, happening: Happening): void => {
    waiting.push([node, happening])
    if (isDelivering) return
    isDelivering = true
    for (let next = waiting.shift(); next != null; next = waiting.shift()) take(...next)
    isDelivering = false
  }
  const tell = (from: PeerIdString, happening: Happening): void => {
    for (const node of others(from)) hear(node, happening)
  }
  return { nodes, overloaded, silent, options, at, hear, tell, evicted, advance: () => ++window }
}
