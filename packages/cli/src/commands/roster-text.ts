import { join } from 'node:path'
import { ROLES } from '@peerwatch/node/roles'
import { shellWord } from '../shell-word.ts'
import { fields, NONE, table } from '../table.ts'
import { bytesText, durationText } from '../units.ts'
import { commandLines, fittedLines } from '../wrap.ts'
import type { ChangedTerm, Roster } from '@peerwatch/link'
import type { ChangedRoster } from '@peerwatch/node/init'
import type { Look } from '../look.ts'
import type { Page } from '../table.ts'

export interface ShownRoster {
  readonly path: string
  /** Of the network. */
  readonly network: string
  readonly authority: string
  readonly roster: Roster
  /** By the seed's id, as `network.json` has it. */
  readonly addresses: ReadonlyMap<string, string>
}

/** How terms are called where people read them, and their values. */
const TERMS: { readonly [Name in ChangedTerm['name']]: readonly [word: string, text: (value: never) => string] } = {
  quorum: ['quorum', (k: number) => `k = ${k}`],
  maxDegree: ['degree', (count: number) => `${count} links of a peer at most`],
  requestsPerSecond: ['requests', (count: number) => `${count} a second`],
  requestLimits: ['request limits', (limits: Readonly<Record<string, number>>) => limitsText(Object.entries(limits))],
  retentionMs: ['kept for', durationText],
  retentionBytes: ['kept at most', bytesText]
}

function limitsText(limits: readonly (readonly [protocol: string, count: number])[]): string {
  return limits.map(([protocol, count]) => `${protocol} ${count} a second`).join(', ') || 'none'
}

function termText({ name, from, to }: ChangedTerm): [string, string] {
  const [word, text] = TERMS[name]
  return [word, `${text(from as never)} → ${text(to as never)}`]
}

function term(name: ChangedTerm['name'], value: unknown): [string, string] {
  const [word, text] = TERMS[name]
  return [word, text(value as never)]
}

export function rosterText({ roster, addresses, network }: ShownRoster, look: Look): string {
  const rows = [
    ...roster.seeds.map(id => [roster.names.get(id) ?? NONE, 'seed', look.peer(id), addresses.get(id) ?? NONE]),
    ...roster.trusted.map(id => [roster.names.get(id) ?? NONE, 'trusted', look.peer(id), NONE])
  ]
  const { retentionMs, retentionBytes, requestsPerSecond, requestLimits, maxDegree, quorum } = roster
  return [
    fields(
      [
        ['network', `"${network}", preset ${roster.presetName}, scope ${roster.scope}`],
        ['roster', `version ${roster.version}`],
        term('quorum', quorum),
        term('maxDegree', maxDegree),
        term('requestsPerSecond', requestsPerSecond),
        term('requestLimits', Object.fromEntries(requestLimits)),
        term('retentionMs', retentionMs),
        term('retentionBytes', retentionBytes)
      ],
      look
    ),
    '',
    table({ head: ['name', 'role', 'id', 'address'], rows }, look)
  ].join('\n')
}

/** Where the folder is, as a person types it, and how this command is called. */
export interface Typed {
  readonly from: string
  readonly command: string
  readonly shortened: (path: string) => string
}

const WHEN_TO_STOP = {
  seed: 'and stop the seed that was removed, once the others are registered at the seeds that are left (`peerwatch status`)',
  trusted: 'and stop the trusted node that was removed, once its `peerwatch health` says so: others read what it holds until then'
}

export function changedText({ version, terms, added, removed }: ChangedRoster, { from, command, shortened }: Typed, page: Page): string {
  return [
    fields(
      [
        ['roster', `version ${version}, signed into ${join(from, 'public', 'network.json')}`],
        ...terms.map(termText),
        ...(added == null ? [] : [['added', `${added.name} at ${added.address}`] as const]),
        ...(added?.watchers.map(folder => ['a watcher', `${shortened(folder)}: keep it apart from its trusted node`] as const) ?? []),
        ...(removed == null ? [] : [['removed', removed.name ?? removed.id] as const])
      ],
      page
    ),
    '',
    page.paint('bold', 'Try next'),
    commandLines(`  ${command} roster publish ${from}`, page.columns),
    ...(added == null
      ? []
      : [commandLines(`  ${command} ${added.role} --network ${shellWord(join(from, 'public'))} --node ${shellWord(shortened(added.folder))}`, page.columns)]),
    ...(removed?.role == null ? [] : [fittedLines(WHEN_TO_STOP[removed.role], page.columns)])
  ].join('\n')
}

function warning(code: 'single' | 'open-key' | 'too-early', found: string, expected: string, remedy: string): string {
  return `peerwatch: warning: ${code}: ${found}; expected ${expected}; ${remedy}`
}

/** Warns of what is signed all the same: one member whose word or loss decides, or a key that others than the authority have. */
export function warningsOf(
  { quorum, trustedCount, seedsCount, removed, terms, openKey, leavingStill }: ChangedRoster,
  { shortened }: Pick<Typed, 'shortened'>
): string[] {
  const isNowOne = quorum === 1 && trustedCount >= 3 && terms.some(({ name }) => name === 'quorum')
  return [
    ...(isNowOne
      ? [
          warning(
            'single',
            `one of ${trustedCount} trusted nodes can evict anybody by itself`,
            'a majority of them',
            'set --quorum higher, unless all of them are yours'
          )
        ]
      : []),
    ...(removed?.role != null && ROLES[removed.role].member === 'seeds' && seedsCount === 1
      ? [warning('single', 'the network has one seed left', 'two or more: while it is away nobody can join', 'add one with `peerwatch roster add`')]
      : []),
    ...(leavingStill.length > 0
      ? [
          warning(
            'too-early',
            `${leavingStill.join(', ')} left with the roster before this one`,
            'that all hold what it gave them, before this one comes anywhere',
            'publish it at a trusted node, which waits for that; start no node with it before'
          )
        ]
      : []),
    ...(openKey == null
      ? []
      : [
          warning(
            'open-key',
            `${shortened(openKey.path)} can be read by others (mode ${openKey.mode.toString(8)})`,
            'a key that its owner alone reads: whoever has it signs rosters',
            `chmod 600 ${shortened(openKey.path)}`
          )
        ])
  ]
}
