import { counted } from '@peerwatch/model'
import { printable } from '../paint.ts'
import { clockTime, windowTime } from '../look.ts'
import { LISTED_WORDS } from '../state-words.ts'
import { fields, NONE, section, table } from '../table.ts'
import { bytesText, narrowBytes, narrowMs } from '../units.ts'
import type { PeerDetailView, PeersView, PeerView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

/** Peers with a link, and those that the node refuses; the others are known by name only. */
function isShown({ link, refused }: PeerView): boolean {
  return link != null || refused != null
}

function milliseconds(ms: number | undefined): string {
  return ms == null ? NONE : `${ms.toFixed(1)} ms`
}

/** What tables of links show of a peer and of its link: where room is short, in so few columns that a row takes one line. */
export interface LinkCells {
  readonly peer: (id: string) => string
  readonly ms: (ms: number | undefined) => string
  readonly bytes: (bytes: number) => string
  readonly score: (score: number | undefined) => string
}

const NARROW = { ms: (ms: number | undefined) => (ms == null ? NONE : narrowMs(ms)), bytes: narrowBytes }

export function linkCells({ isNarrow, peer, called }: Look): LinkCells {
  return {
    peer: isNarrow ? called : peer,
    ...(isNarrow ? NARROW : { ms: milliseconds, bytes: short }),
    score: score => score?.toFixed(isNarrow && Math.abs(score) >= LARGE_SCORE ? 0 : 1) ?? NONE
  }
}

/** Tenths say nothing more. */
const LARGE_SCORE = 100

/** Of another day the date alone, where room is short. */
function sinceText(atMs: number, { nowMs, isNarrow }: Look): string {
  const time = clockTime(atMs, nowMs)
  return isNarrow ? time.split(' ')[0]! : time
}

function wayOf(direction: 'inbound' | 'outbound' | undefined): string {
  return direction?.replace('bound', '') ?? NONE
}

/** `peerwatch peers`: who is linked or refused; with `all` everybody that the node knows. */
export function peersText({ peers, isCut }: PeersView, isAll: boolean, look: Look): string {
  const shown = peers.filter(peer => isAll || isShown(peer))
  const cells = linkCells(look)
  const rows = shown.map(each => [
    cells.peer(each.peer),
    each.refused ?? each.kind,
    wayOf(each.link?.direction),
    each.link == null ? NONE : sinceText(each.link.openedAtMs, look),
    cells.ms(each.link?.latencyMs),
    each.link == null ? NONE : cells.bytes(each.link.inBytes),
    each.link == null ? NONE : cells.bytes(each.link.outBytes),
    cells.score(each.link?.score),
    ...(look.isNarrow ? [] : [look.claim(each.peer) ?? NONE])
  ])
  const head = ['peer', 'kind', 'way', 'since', 'answer', 'in', 'out', 'score', ...(look.isNarrow ? [] : ['says it runs'])]
  const hidden = peers.length - shown.length
  return [
    section('peers', rows, head, look, [4, 5, 6, 7]),
    ...(hidden === 0 ? [] : [`${counted(hidden, 'other peer')} without a link: add --all`]),
    ...(isCut ? ['there are more than these'] : [])
  ].join('\n')
}

/** In a column: the reader compares. */
function short(bytes: number): string {
  return bytesText(bytes).replace('about ', '')
}

/** `peerwatch peers PEER`. */
export function peerText(view: PeerDetailView, look: Look): string {
  const { link, disconnect_reason: gone } = view
  const pairs: [string, string | undefined][] = [
    ['peer', look.peer(view.peer)],
    ['kind', view.kind],
    // nobody has checked what it says of itself
    ['says it runs', view.agent_version == null ? undefined : JSON.stringify(view.agent_version.replaceAll(/\p{C}/gu, '?'))],
    ['registry', LISTED_WORDS[view.registry]],
    ['refused', refusedText(view, look)],
    ['link', link == null ? `none${gone == null ? '' : `: ${gone}, ${clockTime(view.disconnectedAtMs ?? 0, look.nowMs)}`}` : linkText(view, look)],
    ['answer', link == null ? undefined : milliseconds(link.latencyMs)],
    ['addresses', view.addresses.map(printable).join('\n') || undefined],
    ['score', scoreText(view)],
    ['mesh', view.meshTopics.join('\n') || undefined],
    ['against it', view.downscore_reasons.join('\n') || undefined],
    ['not here', view.notHere.join('\n')]
  ]
  return [
    fields(
      pairs.flatMap(([name, value]): [string, string][] => (value == null ? [] : [[name, value]])),
      look
    ),
    ...(view.traffic.length === 0 ? [] : ['', trafficText(view, look)]),
    ...(view.windows.length === 0 ? [] : ['', windowsText(view, look)]),
    ...(view.reporters == null ? [] : ['', reportersText(view.reporters, view.windowMs, look)])
  ].join('\n')
}

function linkText({ connections }: PeerDetailView, { nowMs }: Look): string {
  return connections
    .map(({ direction, address, openedAtMs }) => `${direction === 'inbound' ? 'from' : 'to'} ${printable(address)} since ${clockTime(openedAtMs, nowMs)}`)
    .join('\n')
}

function refusedText({ cut, eviction, isAllowed, windowMs }: PeerDetailView, look: Look): string | undefined {
  if (eviction != null) return `evicted until ${clockTime(eviction.expiresAtMs, look.nowMs)}: ${printable(eviction.reason)}`
  if (cut != null) return `cut for ${cut.dimension} until ${windowTime(cut.untilWindow, windowMs, look)}`
  return isAllowed ? 'never: it is allowed on this node' : undefined
}

function scoreText({ score, scoreParts }: PeerDetailView): string | undefined {
  if (score == null) return undefined
  const parts = scoreParts.map(({ part, topic, value }) => `${part} ${value.toFixed(2)}${topic == null ? '' : ` on ${topic}`}`)
  return [score.toFixed(2), ...parts].join('\n')
}

function trafficText({ traffic }: PeerDetailView, look: Look): string {
  const rows = traffic.map(({ protocol, inBytes, outBytes }) => [printable(protocol), short(inBytes), short(outBytes)])
  return table({ head: ['protocol', 'in', 'out'], rows, right: [1, 2] }, look)
}

function windowsText({ windows, windowMs }: PeerDetailView, look: Look): string {
  const rows = windows.flatMap(({ window, counts, cuts }) => {
    const seen = Object.entries(counts).map(([dimension, { ok, bad }]) => [dimension, ok, bad] as const)
    const dimensions = seen.length === 0 ? [[NONE, 0, 0] as const] : seen
    return dimensions.map(([dimension, ok, bad], index) => [
      index === 0 ? windowTime(window, windowMs, look) : '',
      dimension,
      ok,
      bad,
      index === 0 ? cuts.join(', ') || NONE : ''
    ])
  })
  return section('seen by this node', rows, ['window', 'dimension', 'ok', 'bad', 'cut'], look, [2, 3])
}

function reportersText(reporters: NonNullable<PeerDetailView['reporters']>, windowMs: number, look: Look): string {
  const rows = reporters.map(({ reporter, newestWindow, accuses }) => [
    look.peer(reporter),
    windowTime(newestWindow, windowMs, look),
    accuses.join(', ') || NONE
  ])
  return section('last reports about it', rows, ['reporter', 'window', 'accuses'], look)
}
