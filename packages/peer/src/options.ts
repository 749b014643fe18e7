import { ROSTER_RANGES } from '@peerwatch/model'
import { readPeerId, refuseUnknown, ServicesError } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { Clock, DimensionTable, Observation, PeerIdString, Rng } from '@peerwatch/model'
import type { GossipLimitsOptions } from './gossip/gossip-limits.ts'
import type { Network } from '@peerwatch/link'
import type { ObserverFactory } from './observation/observer.ts'
import type { ReportingOptions } from './reporting/reporting.ts'

/** Every role takes these. */
export interface CoreOptions {
  /** From `readNetwork(path)`, of the file or its folder, or `parseNetwork(object)`. */
  readonly network: Network
  /** `false` is a dry run: the node observes and reports, raises an `alarm` with code `dry-run` for each link it would cut, and refuses nobody. Default `true`. */
  readonly enforce?: boolean
  /** Peers that this node never refuses, whatever others sign and whatever it sees itself. It still reports them. Default none. */
  readonly neverEvict?: readonly (PeerId | string)[]
  /** How much gossip this node takes from one neighbour, on all topics together. It drops the rest unread. `false`: no limit. Default `GOSSIP_LIMITS_DEFAULTS`. */
  readonly gossip?: false | Partial<GossipLimitsOptions>
  /** The dimensions by which nodes judge a peer. Every node of a network must have the same. Default `DIMENSIONS` of `@peerwatch/detection`. */
  readonly dimensions?: DimensionTable
  /** One observer of the neighbours for each dimension. Default: those of `DIMENSIONS`. */
  readonly observers?: readonly ObserverFactory[]
  /** Counts in libp2p's own metrics, if the node has them. Give `false` if you count the events yourself. Default `true`. */
  readonly metrics?: boolean
  /** For tests. Default: the system's. */
  readonly clock?: Clock
  /** For tests: numbers in [0, 1). Default `Math.random`. */
  readonly rng?: Rng
}

/** A peer or watcher also takes these. */
export interface PeerOptions {
  /**
   * How many links to other peers this node makes and keeps. `false`: it dials seeds and entries only, and watches each peer that links up.
   *
   * `targetDegree`, 0 or more, default 8: the node dials until it has as many. More: it sees more peers and more peers see it, at a ping per neighbour and interval.
   * `maxDegree`, at least `targetDegree`, default (and at most) the roster's: the node ends links above it, the newest inbound ones first.
   */
  readonly neighbours?: false | { readonly targetDegree?: number; readonly maxDegree?: number }
  /** How the node keeps its reports and brings them to the trusted nodes. Default `REPORTING_DEFAULTS`. */
  readonly reporting?: ReportingOptions
  /** For research: changes what this node reports. A node that uses it lies. */
  readonly alterObservations?: (observations: Observation[], window: number) => Observation[]
}

function refuse(what: string, expected: string, found: unknown): never {
  throw new ServicesError('bad-option', `${what}: expected ${expected}, found ${shownOf(found)?.slice(0, SHOWN_LETTERS) ?? 'none'}`)
}

function shownOf(found: unknown): string | undefined {
  if (typeof found === 'string' || typeof found === 'number') return String(found)
  return found instanceof Promise ? 'a promise: await it' : JSON.stringify(found)
}

type Rule = readonly [expected: string, holds: (value: unknown) => boolean]

const SHOWN_LETTERS = 80
const isObject = (value: unknown): boolean => typeof value === 'object' && value != null && !Array.isArray(value)
const FLAG: Rule = ['true or false', value => typeof value === 'boolean']
const OBJECT: Rule = ['an object', isObject]
const OBJECT_OR_FALSE: Rule = ['false or an object', value => value === false || isObject(value)]
const LIST: Rule = ['a list', Array.isArray]
const FUNCTION: Rule = ['a function', value => typeof value === 'function']
const WHOLE: Rule = ['a whole number above 0', value => Number.isSafeInteger(value) && Number(value) > 0]
const ABOVE_0: Rule = ['a number above 0', value => typeof value === 'number' && Number.isFinite(value) && value > 0]

const RULES: { readonly [K in keyof Required<CoreOptions & PeerOptions>]: Rule } = {
  network: ['what readNetwork() or parseNetwork() returns', () => true],
  enforce: FLAG,
  neverEvict: LIST,
  gossip: OBJECT_OR_FALSE,
  dimensions: OBJECT,
  observers: LIST,
  metrics: FLAG,
  clock: OBJECT,
  rng: FUNCTION,
  neighbours: OBJECT_OR_FALSE,
  reporting: OBJECT,
  alterObservations: FUNCTION
}

const REPORTING_RULES: { readonly [K in keyof Required<ReportingOptions>]: Rule } = {
  mostPending: WHOLE,
  flushMs: ABOVE_0,
  answerTimeoutMs: ABOVE_0,
  dialTimeoutMs: ABOVE_0,
  leastBackoffMs: ABOVE_0,
  mostBackoffMs: ABOVE_0
}

function checkRules(what: string, rules: Readonly<Record<string, Rule>>, given: object): void {
  refuseUnknown(what, Object.keys(rules), given)
  for (const [name, value] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    const [expected, holds] = rules[name]!
    if (value !== undefined && !holds(value)) refuse(`${what}: ${name}`, expected, value)
  }
}

/** Throws ServicesError `bad-option` for what only a compiler would catch: no options at all, an unknown name, a value of the wrong kind. */
export function checkInit(init: CoreOptions & PeerOptions): void {
  if (!isObject(init)) refuse('peerwatch', "options such as { network: await readNetwork('public') }", init)
  checkRules('peerwatch', RULES, init)
  checkRules('peerwatch: reporting', REPORTING_RULES, init.reporting ?? {})
  const { leastBackoffMs, mostBackoffMs } = init.reporting ?? {}
  if (leastBackoffMs != null && mostBackoffMs != null && mostBackoffMs < leastBackoffMs)
    refuse('peerwatch: reporting: mostBackoffMs', `at least leastBackoffMs (${leastBackoffMs})`, mostBackoffMs)
}

/** Throws ServicesError `bad-option` that names option, rule and value. */
export function checkOptions(network: Network, neighbours: PeerOptions['neighbours'] | undefined): void {
  const given = network as Partial<Network> | undefined
  if (!(given?.id instanceof Uint8Array) || given.roster?.preset == null) refuse('peerwatch: network', RULES.network[0], network)
  if (neighbours == null || neighbours === false) return
  refuseUnknown('peerwatch: neighbours', ['targetDegree', 'maxDegree'], neighbours)
  const { most } = ROSTER_RANGES.maxDegree
  const { targetDegree, maxDegree } = neighbours
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least && value <= most
  if (targetDegree != null && !isWhole(targetDegree, 0))
    refuse('peerwatch: neighbours.targetDegree', `a whole number, 0 or more, at most ${most}`, targetDegree)
  if (maxDegree == null || isWhole(maxDegree, Math.max(1, targetDegree ?? 1))) return
  const least = targetDegree == null || targetDegree === 0 ? '1 or more' : `at least targetDegree (${targetDegree})`
  refuse('peerwatch: neighbours.maxDegree', `a whole number, ${least}, at most ${most}`, maxDegree)
}

/** Throws ServicesError `bad-option` if a method was not given the object that it takes, or one that has more. */
export function checkObject(what: string, such: string, names: readonly string[], found: unknown): void {
  if (!isObject(found)) refuse(what, `an object such as ${such}`, found)
  refuseUnknown(what, names, found as object)
}

/** Reads a peer as `neighbours()` or libp2p names it. Throws ServicesError `bad-option` for text that is no peer id, since it would never match a peer. */
export function peerNamed(what: string, peer: PeerId | string): PeerIdString {
  try {
    return readPeerId(String(peer))
  } catch {
    return refuse(what, 'a PeerId, or a peer id such as 12D3Koo…', String(peer))
  }
}

/** Reads `neverEvict`. Throws ServicesError `bad-option` if an entry is no peer id. */
export function peersOf(peers: readonly (PeerId | string)[] = []): Set<PeerIdString> {
  return new Set(peers.map((peer, index) => peerNamed(`peerwatch: neverEvict[${index}]`, peer)))
}
