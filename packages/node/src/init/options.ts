import { isIPv4, isIPv6 } from 'node:net'
import { isLimitable, ROSTER_RANGES } from '@peerwatch/model'
import { NodeError } from '../errors.ts'
import { DEFAULT_PORTS } from '../roles/default-ports.ts'
import type { PresetName, RosterLimits } from '@peerwatch/model'
import type { Scope } from '@peerwatch/link'

export interface InitOptions {
  /** Made if missing; must not hold a network. */
  readonly directory: string
  /** 1-63 characters of a-z, 0-9 and '-'. Part of every signature: two networks of one name and different authorities never mix. */
  readonly name: string
  /** Default `public` for scope `public`, else `lan`. Longer windows: less traffic, slower verdicts. */
  readonly preset: PresetName
  /** `local`: every peer is a voice of its own. `public`: all peers of one /24 (IPv6: /48) are one. */
  readonly scope: Scope
  /** Bootstrap nodes. Two or more let one restart unnoticed. */
  readonly seeds: number
  /** Trusted nodes. The quorum is a majority of them, at most 4. */
  readonly trusted: number
  /** Keys for watchers that run as processes of their own, per trusted node. */
  readonly watchers: number
  /** Where seeds are reached: an IP address or name; `{n}` stands for the seed's number. */
  readonly seedHost: string
  /** The same for trusted nodes. */
  readonly trustedHost: string
  /** Port of every seed where the host has `{n}`, else of the first one. */
  readonly seedPort: number
  readonly trustedPort: number
  /** Default from the number of trusted nodes. */
  readonly quorum?: number
  /** Links of a peer, and subjects of a reporter in a window. Default 32. Higher: more reports and traffic per peer. */
  readonly maxDegree?: number
  /** Requests that a neighbour may make of a node in a second. Default 20. Higher: floods must be larger to be one; lower: busy honest peers are cut. */
  readonly requestsPerSecond?: number
  /** Streams that a neighbour may open in a second, by protocol of the application. Default: none is counted. */
  readonly requestLimits?: Readonly<Record<string, number>>
  /** How long trusted nodes keep reports. Default a day. Longer: more disk. */
  readonly retentionMs?: number
  /** How much space the records of a trusted node may take. If they need more, the oldest go first. Default 1 GiB. Higher: more disk. */
  readonly retentionBytes?: number
  /** Starting version of the tokens. */
  readonly nowMs: number
}

export const INIT_DEFAULTS = Object.freeze({
  name: 'peerwatch',
  scope: 'local',
  seeds: 2,
  trusted: 3,
  watchers: 0,
  seedHost: '127.0.0.1',
  trustedHost: '127.0.0.1',
  seedPort: DEFAULT_PORTS.seeds,
  trustedPort: DEFAULT_PORTS.trusted
} satisfies Partial<InitOptions>)

const MOST = 200
const MOST_QUORUM = 16
/** Keys of one trusted node. */
export const WATCHERS_MOST = 16
export const PORTS = 65_535
/** What looks like an address and is none: no name ends in a number, so nobody would ever find such a host. */
const NUMBER_LAST = /(?:^|\.)(?:\d+|0[xX][0-9A-Fa-f]*)$/
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/

/** How messages call an option: a program by its name, a person by its flag. */
export type NameOption = (name: keyof InitOptions) => string

export type Refuse = (field: keyof InitOptions, value: unknown, expected: string, of?: string) => never

export function refuser(nameOf: NameOption): Refuse {
  return (field, value, expected, of = '') => {
    throw new NodeError('bad-option', {
      found: `${nameOf(field)}${of} is ${JSON.stringify(value)?.slice(0, 100)}`,
      expected,
      remedy: `change ${nameOf(field)}`
    })
  }
}

/** Fills in defaults and checks every field; NodeError `bad-option` names field, rule and value. */
export function resolveInitOptions(init: Partial<InitOptions> & Pick<InitOptions, 'directory' | 'nowMs'>, nameOf: NameOption = name => name): InitOptions {
  const refuse: Refuse = refuser(nameOf)
  const scope = init.scope ?? INIT_DEFAULTS.scope
  const options: InitOptions = { ...INIT_DEFAULTS, preset: scope === 'public' ? 'public' : 'lan', ...init, scope }
  const whole = (field: keyof InitOptions, least: number, most: number): void => {
    checkWhole(refuse, field, options[field], least, most)
  }
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(options.name)) refuse('name', options.name, "1-63 characters of a-z, 0-9 and '-', the first no '-'")
  if (!['demo', 'lan', 'public'].includes(options.preset)) refuse('preset', options.preset, 'demo, lan or public')
  if (!['local', 'public'].includes(scope)) refuse('scope', scope, 'local or public')
  whole('seeds', 1, MOST)
  whole('trusted', 1, MOST)
  whole('watchers', 0, WATCHERS_MOST)
  whole('seedPort', 1, PORTS - MOST)
  whole('trustedPort', 1, PORTS - MOST)
  checkTerms(options, options.trusted, refuse)
  for (const field of ['seedHost', 'trustedHost'] as const) checkHost(refuse, field, options[field])
  checkPorts(options, refuse)
  return options
}

export function checkWhole(refuse: Refuse, field: keyof InitOptions, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) refuse(field, value, `a whole number from ${least} to ${most}`)
}

export function checkHost(refuse: Refuse, field: keyof InitOptions, host: string): void {
  const first = host.replaceAll('{n}', '1')
  if (!HOST.test(first) || (NUMBER_LAST.test(first) && !isIPv4(first) && !isIPv6(first)))
    refuse(field, host, 'an IP address or a host name, with {n} for the number of the node')
}

export type Terms = RosterLimits & Pick<InitOptions, 'quorum' | 'requestLimits'>

/** Checks the terms of a roster. */
export function checkTerms(terms: Terms, trustedCount: number, refuse: Refuse): void {
  if (terms.quorum !== undefined) checkWhole(refuse, 'quorum', terms.quorum, 1, Math.min(trustedCount, MOST_QUORUM))
  for (const [field, value] of Object.entries(rosterLimits(terms)) as [keyof RosterLimits, number][]) {
    checkWhole(refuse, field, value, ROSTER_RANGES[field].least, ROSTER_RANGES[field].most)
  }
  for (const [protocol, perSecond] of Object.entries(terms.requestLimits ?? {})) {
    const { least, most } = ROSTER_RANGES.requestsPerSecond
    if (!isLimitable(protocol)) refuse('requestLimits', protocol, 'a protocol of the application, such as /app/rpc/1.0.0')
    if (!Number.isInteger(perSecond) || perSecond < least || perSecond > most)
      refuse('requestLimits', perSecond, `a whole number from ${least} to ${most}`, ` of ${protocol}`)
  }
}

/** The limits that were given. `createNetworkFile` has the defaults. */
export function rosterLimits(options: RosterLimits): RosterLimits {
  const names = Object.keys(ROSTER_RANGES) as (keyof RosterLimits)[]
  return Object.fromEntries(names.flatMap(name => (options[name] === undefined ? [] : [[name, options[name]]])))
}

/** Two nodes of one host need two ports. */
function checkPorts({ seeds, trusted, seedHost, trustedHost, seedPort, trustedPort }: InitOptions, refuse: ReturnType<typeof refuser>): void {
  if (seedHost !== trustedHost) return
  const shared = seedHost.includes('{n}')
  const [lastSeed, lastTrusted] = shared ? [seedPort, trustedPort] : [seedPort + seeds - 1, trustedPort + trusted - 1]
  if (lastSeed < trustedPort || lastTrusted < seedPort) return
  refuse('trustedPort', trustedPort, `ports apart from those of the seeds (${seedPort} to ${lastSeed}) on the same host ${seedHost}`)
}
