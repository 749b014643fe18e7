import { fatesOf } from '@peerwatch/attacks/play'
import { counted, PRESETS } from '@peerwatch/model'
import { plain } from '../paint.ts'
import { table } from '../table.ts'
import { secondsText } from '../units.ts'
import { commandLines, wrapped, widest } from '../wrap.ts'
import { printable } from '../paint.ts'
import { listed } from './story.ts'
import type { PeerFate, RunEviction, RunResult } from '@peerwatch/attacks/play'
import type { Paint } from '../paint.ts'
import type { DemoOptions } from './options.ts'

export interface DemoPage {
  readonly columns: number
  readonly paint: Paint
}

const PAGE: DemoPage = { columns: 100, paint: plain }

type NameOf = (id: string) => string

function names(result: RunResult): NameOf {
  const byId = new Map<string, string>(result.nodes.map(({ id, name }) => [id, name]))
  return id => byId.get(id) ?? printable(`…${id.slice(-8)}`)
}

/** In a local network every peer is a group of its own. */
function groups(list: readonly string[], nameOf: NameOf): string {
  return list.map(group => (group.startsWith('12D3') ? nameOf(group) : printable(group))).join(', ')
}

function evictionLines(eviction: RunEviction, nameOf: NameOf, { columns, paint }: DemoPage): string[] {
  const { reporterGroups, accusedBy, findings, signers } = eviction
  const failed = findings.filter(({ outcome }) => outcome === 'failed').map(({ by }) => nameOf(by))
  const [first = '', ...more] = wrapped(`  ${nameOf(eviction.id)}: ${printable(eviction.reason)}`, columns, '    ')
  const told = [
    `seen first-hand by the watchers of ${failed.join(', ') || 'nobody'}; signed by ${signers.map(nameOf).join(', ')}`,
    reporterGroups.length === 0
      ? 'no reports were needed: the watchers saw it before enough neighbours had reported it'
      : `the case was opened on reports of ${groups(reporterGroups, nameOf)}`,
    accusedBy.length === 0 ? 'nobody accuses it at the end of the run' : `accused by ${groups(accusedBy, nameOf)} at the end of the run`
  ]
  return [first.replace(nameOf(eviction.id), name => paint('bold', name)), ...more, ...told.flatMap(text => wrapped(`    ${text}`, columns, '      '))]
}

function evictionTables(result: RunResult, nameOf: NameOf, page: DemoPage): string[] {
  if (result.evictions.length === 0) return ['nobody']
  const rows = result.evictions.map(({ id, behaviour, dimension, afterWindows, afterMs }) => [
    nameOf(id),
    behaviour,
    dimension,
    `${counted(afterWindows, 'window')}, ${secondsText(afterMs)}`
  ])
  return [
    table({ head: ['evicted', 'behaviour', 'dimension', 'after'], rows }, page),
    ...result.evictions.flatMap(eviction => evictionLines(eviction, nameOf, page))
  ]
}

/** Says what slander led to, and what became of the slanderers. */
function slanderLines(result: RunResult, nameOf: NameOf, { columns }: DemoPage): string[] {
  const who = (behaviour: string): string =>
    result.nodes
      .filter(node => node.behaviour === behaviour)
      .map(({ id }) => nameOf(id))
      .join(', ')
  if (who('slanders') === '' || result.misdeedsAtMs == null) return []
  const isHeard = fatesOf(result.nodes.map(({ behaviour }) => behaviour))('slandered') === 'acquitted'
  const met = isHeard
    ? `slander has its victim examined, and the acquittal keeps these accusers from opening another case for ${PRESETS[result.preset].restWindows} windows`
    : 'so few accusers open no case'
  const text = `Nothing happens to those who slander (${who('slanders')}): ${met}. Their reports are not dropped, so the reputation of ${who('slandered')} stays disputed: the ledger of reporters takes away the weight of those who contradict most of the others, not of those who lie about one peer.`
  return [...wrapped(text, columns), '']
}

function befell(who: readonly string[], how: string): string[] {
  return who.length === 0 ? [] : [`${listed(who)} ${who.length === 1 ? 'was' : 'were'} ${how}`]
}

/** Says in the words of the story what came of it. */
function outcomes({ fates }: RunResult): string {
  const who = (fate: PeerFate['found']): string[] => fates.filter(({ found, expected }) => found === fate && expected === fate).map(({ name }) => name)
  const came = [...befell(who('removed'), 'removed'), ...befell(who('evicted'), 'evicted everywhere'), ...befell(who('acquitted'), 'acquitted')]
  return came.length === 0 ? 'nobody was harmed' : `${came.join(', ')}, and nobody else was harmed`
}

/** The last words of a run. */
export function verdict(result: RunResult, { columns, paint }: DemoPage): string[] {
  const nameOf = names(result)
  const { ok, end, elapsedMs, missed, wronglyEvicted, windows } = result
  const list = (judged: RunResult['missed']): string => judged.map(({ id, behaviour }) => `${nameOf(id)} (${behaviour})`).join(', ')
  if (ok) return wrapped(`ok: ${outcomes(result)}, in ${secondsText(elapsedMs)}`, columns).map(text => paint('green', text))
  const faults = [
    ...(result.misdeedsAtMs == null ? ['its misdeeds had not begun, for which all that play in them must be registered and linked'] : []),
    ...(missed.length > 0 ? [`missed: ${list(missed)}`] : []),
    ...(wronglyEvicted.length > 0 ? [`wrongly evicted or removed: ${list(wronglyEvicted)}`] : []),
    ...(end === 'stopped' ? ['it was stopped before its end'] : [])
  ]
  const ofWindows = windows.good + windows.late === 0 ? '' : ` (${counted(windows.good, 'window')} in time, ${windows.late} late)`
  const busy = end === 'too-busy' && wronglyEvicted.length === 0
  const head = busy ? `this machine is too busy to show it${ofWindows}, after ${secondsText(elapsedMs)}` : `not ok after ${secondsText(elapsedMs)}${ofWindows}`
  return wrapped(`${head}: ${faults.join('; ')}`, columns).map(text => paint(busy ? 'yellow' : 'red', text))
}

/** The end of the demo: who was removed, evicted, acquitted, and on whose word. */
export function resultTable(result: RunResult, page: DemoPage = PAGE): string {
  const { paint } = page
  const nameOf = names(result)
  const removed = result.removed.map(({ id, behaviour, afterMs, seeds }) => [nameOf(id), behaviour, seeds.map(nameOf).join(', '), secondsText(afterMs)])
  const acquitted = result.acquitted.map(({ id, behaviour }) => [nameOf(id), behaviour])
  return [
    paint('bold', 'Removed from the registry, after tests by seeds (death is no crime)'),
    removed.length === 0 ? 'nobody' : table({ head: ['removed', 'behaviour', 'tested by', 'after'], rows: removed }, page),
    '',
    paint('bold', 'Evicted, everywhere'),
    ...evictionTables(result, nameOf, page),
    '',
    paint('bold', 'Examined and found innocent'),
    acquitted.length === 0 ? 'nobody' : table({ head: ['acquitted', 'behaviour'], rows: acquitted }, page),
    '',
    ...slanderLines(result, nameOf, page),
    ...verdict(result, page)
  ].join('\n')
}

/** These options bring the same choices again. */
export type Again = Pick<DemoOptions, 'peers' | 'behaviour' | 'preset'> & Pick<RunResult, 'seed'>

/** Where to look and what to try after the table; `command` is how a user calls this program here. */
export function whatNext(logFolder: string, { seed, peers, behaviour, preset }: Again, command: string, { paint, columns }: DemoPage = PAGE): string {
  const misdeeds = Object.entries(behaviour ?? {}).map(([name, number]) => `${name}=${number}`)
  const options = [
    ...(peers == null ? [] : ['--peers', peers]),
    ...(behaviour == null ? [] : ['--behaviour', misdeeds.join(',') || 'none']),
    ...(preset == null ? [] : ['--preset', preset])
  ]
  const commands: [string, string][] = [
    [[command, 'demo', '--seed', seed, ...options].join(' '), 'the same choices again'],
    [`${command} demo --keep`, `goes on running; ask its hosts`],
    [`${command} demo --json`, 'one object for programs'],
    [`${command} init my-network`, 'makes a network of your own'],
    [`${command} --help`, 'all commands']
  ]
  const width = Math.max(...commands.map(([text]) => text.length))
  const beside = commands.map(([text, what]) => `  ${text.padEnd(width)}  # ${what}`)
  const above = commands.map(([text, what]) => `  # ${what}\n${commandLines(`  ${text}`, columns)}`)
  return [`Logs, one file per host: ${logFolder}`, '', paint('bold', 'Try next'), ...(widest(beside) > columns ? above : beside)].join('\n')
}
