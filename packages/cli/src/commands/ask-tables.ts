import { printable } from '../demo/line.ts'
import { isGone, LISTED_WORDS, stateText } from '../state-words.ts'
import { fields, table } from '../table.ts'
import type { CaseView, EvictionView, FullStandingView, StandingView, StatusView, TreeView } from '@peerwatch/node/node-view'
import type { Paint } from '../paint.ts'

const NONE = '–'

function percent(ratio: number | undefined): string {
  return ratio == null ? NONE : `${(ratio * 100).toFixed(1)} %`
}

function time(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').slice(0, 19)
}

function ago(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000))
  return seconds < 120 ? `${seconds} s ago` : seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : time(atMs)
}

/** A heading with its table below, or a word where there is nothing. */
function section(title: string, rows: readonly (readonly (string | number)[])[], head: readonly string[], paint: Paint, right: readonly number[] = []): string {
  return [paint('bold', `${title} (${rows.length})`), rows.length === 0 ? 'none' : table({ head, rows, right }, paint)].join('\n')
}

/** What only some roles have. */
function ofRole({ entries, reportsPending, reportsDropped, lastAcknowledged, seed, trusted, watcher }: StatusView, nowMs: number): [string, string][] {
  const acknowledged = lastAcknowledged == null ? 'never' : `window ${lastAcknowledged.window}, ${ago(lastAcknowledged.atMs, nowMs)}`
  const pairs: [string, string | undefined][] = [
    ['entries', entries?.map(({ peer, state, isCurrent }) => `${peer} (${isCurrent ? 'in use' : state})`).join(', ')],
    ['reports', reportsPending == null ? undefined : `${reportsPending} pending, ${reportsDropped ?? 0} given up`],
    ['acknowledged', reportsPending == null ? undefined : acknowledged],
    ['registered', seed && `${seed.registered} peers, ${seed.guests} guests, ${seed.underTest} under test`],
    ['watchers', trusted && `${trusted.watchers.length}${trusted.isCaughtUp ? '' : '; records are catching up'}`],
    ['owner', watcher && (watcher.isLinked ? `linked, looks at ${watcher.looks.length}` : 'out of reach')]
  ]
  return pairs.flatMap(([name, value]): [string, string][] => (value == null ? [] : [[name, value || NONE]]))
}

function healthText({ health: { state, lateMs, factor } }: StatusView): string {
  if (state === 'well') return state
  const text = `${state}, by ${lateMs} ms: waits ${factor.toFixed(1)} times as long for others`
  return state === 'late' ? text : `${text}; give it more CPU or less to do`
}

function statusFields(view: StatusView, nowMs: number): [string, string][] {
  return [
    ['version', view.version],
    ['role', view.name === view.role ? view.role : `${view.role} (${view.name})`],
    ['peer', view.peer],
    ['network', `${view.network}, preset ${view.preset}, scope ${view.scope}, window ${view.window}`],
    ['roster', `version ${view.rosterVersion}, k = ${view.quorum}`],
    ['addresses', view.addresses.join(', ') || NONE],
    ['registry', `${view.registry.state}, ${view.registry.seeds.length} ${view.registry.seeds.length === 1 ? 'seed' : 'seeds'}`],
    ...view.registry.failures.map(({ seed, reason, failures }): [string, string] => ['seed', `${seed} failed ${failures} times: ${reason}`]),
    ['health', healthText(view)],
    ...ofRole(view, nowMs),
    ['evictions', `${view.evictions} in force`],
    ...(view.allowed.length === 0 ? [] : [['allowed here', view.allowed.join(', ')] satisfies [string, string]])
  ]
}

export function statusText(view: StatusView, nowMs: number, paint: Paint): string {
  const neighbours = view.neighbours.map(({ peer, state, direction, sinceWindow, misses, lastAnswerMs, guest }) => [
    `${peer}${guest ? ' (guest)' : ''}`,
    state,
    direction,
    sinceWindow,
    misses,
    lastAnswerMs == null ? NONE : `${lastAnswerMs.toFixed(1)} ms`
  ])
  const cuts = view.cuts.map(({ peer, dimension, untilWindow }) => [peer, dimension, untilWindow])
  const cutBy = view.cutBy.map(({ peer, dimension, window }) => [peer, dimension, window])
  const cases = view.trusted?.openCases.map(each => [each.subject, ...caseCells(each)])
  return [
    fields(statusFields(view, nowMs), paint),
    '',
    section('neighbours', neighbours, ['peer', 'link', 'direction', 'since window', 'missed pings', 'last answer'], paint, [3, 4, 5]),
    ...(cuts.length === 0 ? [] : ['', section('refused on its own evidence', cuts, ['peer', 'dimension', 'until window'], paint, [2])]),
    ...(cutBy.length === 0 ? [] : ['', section('say that they cut this node', cutBy, ['peer', 'for', 'in window'], paint, [2])]),
    ...(cases == null ? [] : ['', section('open cases', cases, ['peer', ...CASE_HEAD], paint, [2, 3])])
  ].join('\n')
}

const CASE_HEAD = ['dimension', 'opened in window', 'groups', 'seen first-hand'] as const

function caseCells({ dimension, openedWindow, groups, firstHand }: CaseView): (string | number)[] {
  return [dimension, openedWindow, groups.length, firstHand ? 'yes' : 'no']
}

export function evictionsText({ evictions }: { readonly evictions: readonly EvictionView[] }, paint: Paint): string {
  const rows = evictions.map(({ peer, dimension, issuedAtMs, expiresAtMs, signers, reason }) => [
    peer,
    dimension,
    time(issuedAtMs),
    time(expiresAtMs),
    signers.length,
    printable(reason)
  ])
  return section('evictions in force', rows, ['peer', 'dimension', 'since (UTC)', 'until (UTC)', 'signers', 'reason'], paint, [4])
}

export function treeText(answer: TreeView, paint: Paint): string {
  const rows = answer.nodes.map(({ node, isSelf, isReachable, range, share, reportsPerSecond, threads, parent }) => [
    `${node}${isSelf ? ' (this one)' : isReachable ? '' : ' (out of reach)'}`,
    range == null ? 'none' : `${range.from} – ${range.to}`,
    percent(share),
    reportsPerSecond == null ? NONE : reportsPerSecond.toFixed(1),
    parent == null ? 'root' : `…${parent.slice(-6)}`,
    threads == null ? NONE : `…${threads.previous.slice(-6)} …${threads.next.slice(-6)}`
  ])
  const title = `trusted nodes in ring order, roster ${answer.rosterVersion}, height ${answer.height}${answer.isCaughtUp ? '' : ', catching up'}`
  return section(title, rows, ['node', 'range', 'share', 'reports/s', 'parent', 'threads'], paint, [2, 3])
}

function fullText(answer: FullStandingView, paint: Paint): string {
  const worst = answer.dimension == null ? '' : `, by ${answer.dimension}`
  const dimensions = Object.entries(answer.dimensions).map(([dimension, { ratio, observations, groups }]) => [
    dimension,
    percent(ratio),
    observations.toFixed(1),
    groups
  ])
  return [
    fields(standingFields(answer, worst), paint),
    '',
    section('dimensions', dimensions, ['dimension', 'reputation', 'observations', 'groups'], paint, [1, 2, 3]),
    '',
    section(
      'evidence per window',
      answer.windows.map(({ window, dimension, ok, bad, reporters }) => [window, dimension, ok, bad, reporters]),
      ['window', 'dimension', 'ok', 'bad', 'reporters'],
      paint,
      [2, 3, 4]
    ),
    '',
    section(
      'reporters',
      answer.reporters.map(({ reporter, group, weight, accuses, cuts }) => [
        reporter,
        group,
        weight.toFixed(3),
        accuses.join(', ') || NONE,
        cuts.join(', ') || NONE
      ]),
      ['reporter', 'group', 'weight', 'accuses', 'cut'],
      paint,
      [2]
    ),
    '',
    section('cases', answer.cases.map(caseCells), CASE_HEAD, paint, [1, 2]),
    '',
    section(
      'findings',
      answer.findings.map(({ by, dimension, outcome, window, ok, bad, controls, controlsPassed }) => [
        by,
        dimension,
        outcome,
        window,
        ok,
        bad,
        `${controlsPassed} of ${controls}`
      ]),
      ['by', 'dimension', 'outcome', 'window', 'ok', 'bad', 'controls passed'],
      paint,
      [4, 5]
    )
  ].join('\n')
}

/**
 * The head of a standing. Who is gone is shown as gone: its good name, and a reputation that not answering has lowered, are of before.
 */
function standingFields({ peer, state, registry, reputation }: StandingView, more: string): [string, string][] {
  const text = `${percent(reputation)}${more}`
  const listed = LISTED_WORDS[registry]
  if (!isGone(registry) || state === 'evicted') {
    return [
      ['peer', peer],
      ['state', stateText(state)],
      ['registry', listed],
      ['reputation', text]
    ]
  }
  return [
    ['peer', peer],
    ['state', listed],
    ['until then', `${stateText(state)}; reputation ${text}`]
  ]
}

/** On a trusted node all that it holds; elsewhere what any peer is told. */
export function standingText(view: StandingView, paint: Paint): string {
  if (view.detail === 'full') return fullText(view, paint)
  return fields(
    [
      ...standingFields(view, `, as of window ${view.window}`),
      ['detail', 'coarse, as any peer is told; evidence and reporters are shown on the trusted nodes that hold them']
    ],
    paint
  )
}
