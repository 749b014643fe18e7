import { clockTime, windowTime } from '../look.ts'
import { printable } from '../paint.ts'
import { isGone, LISTED_WORDS, stateText } from '../state-words.ts'
import { fields, NONE, section } from '../table.ts'
import { percent } from '../units.ts'
import { CASE_HEAD, caseCells } from './status-text.ts'
import type { CoarseStandingView, EvictionView, FullStandingView, StandingView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

export function evictionsText({ evictions }: { readonly evictions: readonly EvictionView[] }, look: Look): string {
  const rows = evictions.map(({ peer, dimension, issuedAtMs, expiresAtMs, signers }) => [
    look.peer(peer),
    dimension,
    clockTime(issuedAtMs, look.nowMs),
    clockTime(expiresAtMs, look.nowMs),
    signers.map(look.called).join(', ')
  ])
  const reasons = evictions.map(({ peer, reason }): [string, string] => [look.called(peer), printable(reason)])
  return [
    section('evictions in force', rows, ['peer', 'dimension', 'since', 'until', 'signed by'], look),
    // a reason is a sentence: it has lines of its own
    ...(reasons.length === 0 ? [] : ['', look.paint('bold', 'why'), fields(reasons, look)])
  ].join('\n')
}

function fullText(answer: FullStandingView, look: Look): string {
  const at = (window: number): string => windowTime(window, answer.windowMs, look)
  const worst = answer.dimension == null ? '' : `, by ${answer.dimension}`
  const dimensions = Object.entries(answer.dimensions).map(([dimension, { ratio, observations, groups }]) => [
    dimension,
    percent(ratio),
    observations.toFixed(1),
    groups
  ])
  return [
    fields(standingFields(answer, `${percent(answer.reputation)}${worst}`, look), look),
    '',
    section('dimensions', dimensions, ['dimension', 'reputation', 'observations', 'groups'], look, [1, 2, 3]),
    '',
    section(
      'evidence per window',
      answer.windows.map(({ window, dimension, ok, bad, reporters, isWhole }) => [at(window), dimension, ok, bad, reporters, isWhole ? 'yes' : 'no']),
      ['window', 'dimension', 'ok', 'bad', 'reporters', 'whole'],
      look,
      [2, 3, 4]
    ),
    '',
    section(
      'reporters',
      answer.reporters.map(({ reporter, group, weight, accuses, cuts }) => [
        look.peer(reporter),
        // where every peer is a voice of its own
        group === reporter ? 'itself' : group,
        weight.toFixed(3),
        accuses.join(', ') || NONE,
        cuts.join(', ') || NONE
      ]),
      ['reporter', 'group', 'weight', 'accuses', 'cut'],
      look,
      [2]
    ),
    '',
    section(
      'cases',
      answer.cases.map(each => caseCells(each, answer.windowMs, look)),
      CASE_HEAD,
      look,
      [2]
    ),
    '',
    section(
      'findings',
      answer.findings.map(({ by, dimension, outcome, window, ok, bad, controls, controlsPassed }) => [
        look.peer(by),
        dimension,
        outcome,
        at(window),
        ok,
        bad,
        `${controlsPassed} of ${controls}`
      ]),
      ['by', 'dimension', 'outcome', 'window', 'ok', 'bad', 'controls passed'],
      look,
      [4, 5]
    )
  ].join('\n')
}

/**
 * The head of a standing. Who is gone is shown as gone: its good name, and a reputation that not answering has lowered, are of before.
 */
function standingFields({ peer, state, registry }: StandingView, text: string, look: Look): [string, string][] {
  const listed = LISTED_WORDS[registry]
  if (!isGone(registry) || state === 'evicted') {
    return [
      ['peer', look.peer(peer)],
      ['state', stateText(state)],
      ['registry', listed],
      ['reputation', text]
    ]
  }
  return [
    ['peer', look.peer(peer)],
    ['state', listed],
    ['until then', `${stateText(state)}; reputation ${text}`]
  ]
}

/** On a trusted node all that it holds; elsewhere what any peer is told. */
export function standingText(view: StandingView, look: Look): string {
  if (view.detail === 'full') return fullText(view, look)
  const { reputation, window, windowMs } = view
  const text = `${reputation == null ? NONE : coarsePercent(reputation)}, as of ${windowTime(window, windowMs, look)}`
  return fields([...standingFields(view, text, look), ['detail', detailText(view, look)]], look)
}

function detailText({ isMember, holders }: CoarseStandingView, look: Look): string {
  if (isMember) return 'none: it is a seed or trusted node of the roster, which nobody reports on and nobody judges'
  if (holders?.length === 0) return 'none: as far as this node has the records, no trusted node holds evidence about it'
  const where = holders == null ? 'the trusted nodes that hold them' : holders.map(look.called).join(' and ')
  return `coarse, as any peer is told; evidence and reporters are shown on ${where}`
}

/** It is told in tenths, rounded down. */
function coarsePercent(reputation: number): string {
  return reputation >= 1 ? '100 %' : `${Math.round(reputation * 100)} % or more`
}
