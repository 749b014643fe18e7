import { counted } from '@peerwatch/model'
import { clockTime, windowTime } from '../look.ts'
import { fields, NONE, section } from '../table.ts'
import type { CaseView, StatusView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

function ago(atMs: number, { nowMs }: Look): string {
  const ms = Math.max(0, nowMs - atMs)
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1000)} s ago`
  return ms < 2 * HOUR_MS ? `${Math.round(ms / MINUTE_MS)} min ago` : clockTime(atMs, nowMs)
}

function lasted(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1000)} s`
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  return ms < 48 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / (24 * HOUR_MS))} days`
}

/** Lines that only some roles have. */
function ofRole({ entries, reportsPending, reportsDropped, lastAcknowledged, seed, trusted, watcher }: StatusView, look: Look): [string, string][] {
  const acknowledged = lastAcknowledged == null ? 'never' : `${ago(lastAcknowledged.atMs, look)}, window ${lastAcknowledged.window}`
  const pairs: [string, string | undefined][] = [
    ['entries', entries?.map(({ peer, state, isCurrent }) => `${look.peer(peer)} (${isCurrent ? 'in use' : state})`).join('\n')],
    ['reports', reportsPending == null ? undefined : `${reportsPending} pending, ${reportsDropped ?? 0} given up`],
    ['acknowledged', reportsPending == null ? undefined : acknowledged],
    // trusted nodes and watchers register like peers
    ['registered', seed && `${counted(seed.registered, 'node')} of every role, ${counted(seed.guests, 'guest')}, ${seed.underTest} under test`],
    ['watchers', trusted && `${trusted.watchers.length}${trusted.isCaughtUp ? '' : '; records are catching up'}`],
    ['owner', watcher && (watcher.isLinked ? `linked, looks at ${watcher.looks.length}` : 'out of reach')]
  ]
  return pairs.flatMap(([name, value]): [string, string][] => (value == null ? [] : [[name, value || NONE]]))
}

/** Not `health`: that is whether it takes part, which `peerwatch health` says. */
function paceText({ health: { state, lateMs, factor } }: StatusView): string {
  if (state === 'well') return 'on time'
  const text = `${state}, by ${lateMs} ms: waits ${factor.toFixed(1)} times as long for others`
  return state === 'late' ? text : `${text}; give it more CPU or less to do`
}

/** A seed needs no other; whoever else is alone cannot take part. */
function registryText({ registry: { state, seeds, failures }, seed, evicted, cutBy }: StatusView, look: Look): string {
  if (seeds.length === 0) return `${state}: ${aloneText()}`
  return `${state} at ${counted(seeds.length, 'seed')}: ${seeds.map(look.called).join(', ')}`

  function aloneText(): string {
    if (evicted != null) return 'seeds let an evicted node in for its appeal only'
    const cut = new Set(cutBy.map(({ peer }) => peer))
    if (failures.length > 0 && failures.every(failure => cut.has(failure.seed))) return 'the seeds have cut this node, see below'
    return seed == null ? 'no seed answers' : aloneSeedText(seed)
  }
}

/** Where no other seed is linked: whether there is one. */
export function aloneSeedText({ others }: NonNullable<StatusView['seed']>): string {
  return others === 0 ? 'it is the only seed' : 'no other seed answers'
}

const TWO_ROSTERS = '; the authority signed another one with this version: sign the next one in one folder, and publish it'

function statusFields(view: StatusView, look: Look): [string, string][] {
  const { name, role, peer, window, windowMs, notReady, evicted } = view
  const addresses = look.isNarrow ? view.addresses.map(address => address.replace(`/p2p/${peer}`, '')) : view.addresses
  return [
    ['version', `${view.version}, up for ${lasted(view.uptimeMs)}`],
    ['role', name === role ? role : `${role} (${name})`],
    ...(notReady == null ? [] : [['takes part', `no: ${notReady}`] satisfies [string, string]]),
    ['peer', peer],
    ['network', `${view.network}, preset ${view.preset}, scope ${view.scope}`],
    ['window', `${window}, since ${clockTime(window * windowMs, look.nowMs)}`],
    ['roster', `version ${view.rosterVersion}, k = ${view.quorum}${view.hasTwoRosters ? TWO_ROSTERS : ''}`],
    ['addresses', addresses.join('\n') || NONE],
    ['registry', registryText(view, look)],
    ...(evicted == null
      ? []
      : [['evicted', `until ${clockTime(evicted.expiresAtMs, look.nowMs)} for ${evicted.dimension}: see \`peerwatch appeal\``] satisfies [string, string]]),
    ...view.registry.failures.map(({ seed, reason, failures }): [string, string] => ['seed', `${look.peer(seed)} failed ${failures} times: ${reason}`]),
    ['pace', paceText(view)],
    ...ofRole(view, look),
    ['evictions', `${view.evictions} in force`],
    ...(view.allowed.length === 0 ? [] : [['allowed here', view.allowed.map(look.peer).join('\n')] satisfies [string, string]])
  ]
}

function neighboursText({ neighbours, windowMs }: StatusView, look: Look): string {
  const claims = !look.isNarrow && neighbours.some(({ peer }) => look.claim(peer) != null)
  const rows = neighbours.map(({ peer, state, gone, direction, sinceWindow, misses, lastAnswerMs, guest }) => [
    `${look.peer(peer)}${guest ? ' (guest)' : ''}`,
    gone ?? state,
    look.isNarrow ? direction.replace('bound', '') : direction,
    windowTime(sinceWindow, windowMs, look),
    misses,
    lastAnswerMs == null ? NONE : `${lastAnswerMs.toFixed(1)} ms`,
    ...(claims ? [look.claim(peer) ?? NONE] : [])
  ])
  const head = ['peer', 'link', look.isNarrow ? 'way' : 'direction', 'since', 'missed', 'answer', ...(claims ? ['says it runs'] : [])]
  return section('neighbours', rows, head, look, [4, 5])
}

export const CASE_HEAD = ['dimension', 'opened', 'groups', 'seen first-hand'] as const

export function caseCells({ dimension, openedWindow, groups, firstHand }: CaseView, windowMs: number, look: Look): (string | number)[] {
  return [dimension, windowTime(openedWindow, windowMs, look), groups.length, firstHand ? 'yes' : 'no']
}

export function statusText(view: StatusView, look: Look): string {
  const at = (window: number): string => windowTime(window, view.windowMs, look)
  const cuts = view.cuts.map(({ peer, dimension, untilWindow }) => [look.peer(peer), dimension, at(untilWindow)])
  const cutBy = view.cutBy.map(({ peer, dimension, window }) => [look.peer(peer), dimension, at(window)])
  const cases = view.trusted?.openCases.map(each => [look.peer(each.subject), ...caseCells(each, view.windowMs, look)])
  return [
    fields(statusFields(view, look), look),
    '',
    neighboursText(view, look),
    ...(cuts.length === 0 ? [] : ['', section('refused on its own evidence', cuts, ['peer', 'dimension', 'until'], look)]),
    ...(cutBy.length === 0 ? [] : ['', section('say that they cut this node', cutBy, ['peer', 'for', 'at'], look)]),
    ...(cases == null ? [] : ['', section('open cases', cases, ['peer', ...CASE_HEAD], look, [3])])
  ].join('\n')
}
