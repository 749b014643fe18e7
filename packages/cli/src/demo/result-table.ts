import { plain } from '../paint.ts'
import { table } from '../table.ts'
import { printable } from './line.ts'
import type { Paint } from '../paint.ts'
import type { DemoEviction, DemoResult } from './result.ts'

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`
}

type NameOf = (id: string) => string

function names(result: DemoResult): NameOf {
  const byId = new Map<string, string>(result.nodes.map(({ id, name }) => [id, name]))
  return id => byId.get(id) ?? `…${id.slice(-8)}`
}

function findings({ findings: list }: DemoEviction, nameOf: NameOf): string {
  return list.map(({ by, outcome }) => `${nameOf(by)}${outcome === 'failed' ? '' : ` (${outcome})`}`).join(', ')
}

/** At most three, then their number: in a local network every peer is a group of its own. */
function groups(list: readonly string[], nameOf: NameOf): string {
  const shown = list.slice(0, 3).map(group => printable(group.startsWith('12D3') ? nameOf(group) : group))
  return `${shown.join(', ')}${list.length > shown.length ? ` +${list.length - shown.length}` : ''}`
}

function evictionTables(result: DemoResult, nameOf: NameOf, paint: Paint): string[] {
  if (result.evictions.length === 0) return ['nobody']
  const rows = result.evictions.map(eviction => [
    nameOf(eviction.id),
    eviction.behaviour,
    eviction.dimension,
    groups(eviction.reporterGroups, nameOf),
    `${count(eviction.afterWindows, 'window')}, ${seconds(eviction.afterMs)}`
  ])
  return [
    table({ head: ['evicted', 'behaviour', 'dimension', 'on reports of', 'after'], rows }, paint),
    ...result.evictions.map(eviction =>
      [
        `  ${paint('bold', nameOf(eviction.id))}: ${printable(eviction.reason)}`,
        `    seen first-hand by ${findings(eviction, nameOf) || 'nobody'}; signed by ${eviction.signers.map(nameOf).join(', ')}`
      ].join('\n')
    )
  ]
}

function verdict(result: DemoResult, nameOf: NameOf, paint: Paint): string {
  if (result.ok) return paint('green', `ok: every misbehaving peer was found and nobody else, in ${seconds(result.elapsedMs)}`)
  const list = (judged: DemoResult['missed']): string => judged.map(({ id, behaviour }) => `${nameOf(id)} (${behaviour})`).join(', ')
  const faults = [
    ...(result.missed.length > 0 ? [`not found: ${list(result.missed)}`] : []),
    ...(result.wronglyEvicted.length > 0 ? [`wrongly evicted: ${list(result.wronglyEvicted)}`] : [])
  ]
  return paint('red', `not ok after ${seconds(result.elapsedMs)}: ${faults.join('; ') || 'it was stopped before its end'}`)
}

/** The end of the demo: who was removed, evicted, acquitted, and on whose word. */
export function resultTable(result: DemoResult, paint: Paint = plain): string {
  const nameOf = names(result)
  const removed = result.removed.map(({ id, behaviour, afterMs, seeds }) => [nameOf(id), behaviour, seeds.map(nameOf).join(', '), seconds(afterMs)])
  const acquitted = result.acquitted.map(({ id, behaviour }) => [nameOf(id), behaviour])
  return [
    paint('bold', 'Removed from the registry, after tests by seeds (death is no crime)'),
    removed.length === 0 ? 'nobody' : table({ head: ['removed', 'behaviour', 'tested by', 'after'], rows: removed }, paint),
    '',
    paint('bold', 'Evicted, everywhere'),
    ...evictionTables(result, nameOf, paint),
    '',
    paint('bold', 'Examined and found innocent'),
    acquitted.length === 0 ? 'nobody' : table({ head: ['acquitted', 'behaviour'], rows: acquitted }, paint),
    '',
    verdict(result, nameOf, paint)
  ].join('\n')
}

/** Where to look and what to try after the table. */
export function whatNext(logFolder: string, result: DemoResult, paint: Paint = plain): string {
  const commands: [string, string][] = [
    [`peerwatch demo --seed ${result.seed}`, 'the same choices again'],
    ['peerwatch demo --keep', 'goes on running; ask its nodes with peerwatch status'],
    ['peerwatch demo --json', 'one object for programs'],
    ['peerwatch init my-network', 'makes a network of your own'],
    ['peerwatch --help', 'all commands']
  ]
  return [`Logs, one file per node: ${logFolder}`, '', paint('bold', 'Try next'), ...commands.map(([command, what]) => `  ${command.padEnd(28)}${what}`)].join(
    '\n'
  )
}
