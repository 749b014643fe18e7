/** Numbers that a page or a help prints are those of the code: each row has a sentence, with its numbers as groups, and what they are. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CAST_DEFAULTS, castOf, GOOD_WINDOWS, hostsCount, MOST_WINDOWS, PEERS_RANGE } from '@peerwatch/attacks/cast'
import { NETWORK_DEFAULTS } from '@peerwatch/link'
import {
  ACCEPTED_FUTURE_WINDOWS,
  ACCEPTED_PAST_WINDOWS,
  EXAMINER_PERIOD_WINDOWS,
  OBSERVATIONS_MOST,
  PRESETS,
  ROSTER_RANGES,
  STAMP_TOLERANCE_WINDOWS,
  TOLD_AFTER_WINDOWS
} from '@peerwatch/model'
import { INIT_DEFAULTS } from '../packages/node/src/init/options.ts'
import { DEFAULTS } from '@peerwatch/reputation'
import { runCommand } from './support/command.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const HOUR_MS = 3_600_000
const CAST = castOf()
const init = INIT_DEFAULTS
const presets = Object.values(PRESETS)
const misdeeds = Object.entries(CAST_DEFAULTS.misdeeds)
  .map(([name, count]) => `${name}=${count}`)
  .join(',')

/** The same in every preset, or the test fails. */
function inAll(constant: 'refusedWindows' | 'restWindows' | 'caseWindows'): number {
  const [first, ...others] = presets.map(preset => preset[constant])
  assert.ok(others.every(other => other === first))
  return first!
}

interface Fact {
  readonly where: string
  readonly sentence: RegExp
  readonly is: readonly (number | string)[]
}

const FACTS: readonly Fact[] = [
  { where: 'README.md', sentence: /on loopback: (\d+) hosts, (\d+) of them misbehave/, is: [hostsCount(CAST), CAST.misbehaving.length] },
  { where: 'docs/commands.md', sentence: /with 2 watchers each, (\d+) honest peers and (\d+) that misbehave/, is: [CAST.honest, CAST.misbehaving.length] },
  { where: 'docs/commands.md', sentence: /After (\d+) of them without the right outcome it fails/, is: [GOOD_WINDOWS] },
  {
    where: 'docs/commands.md',
    sentence: /for (\d+) windows at most \((\d+) minutes of preset `demo`\)/,
    is: [MOST_WINDOWS, (MOST_WINDOWS * PRESETS.demo.windowMs) / 60_000]
  },
  {
    where: 'docs/commands.md',
    sentence: /`--peers COUNT` \|[^|]*: (\d+) to (\d+); default (\d+) \|/,
    is: [PEERS_RANGE.least, PEERS_RANGE.most, CAST_DEFAULTS.peers]
  },
  { where: 'docs/commands.md', sentence: /`--behaviour NAMES` \|[^|]*Default `([\w=,]+)` \|/, is: [misdeeds] },
  { where: 'docs/errors.md', sentence: /too busy to show it within (\d+) windows/, is: [MOST_WINDOWS] },
  {
    where: 'docs/commands.md',
    sentence: /`--max-degree` +\| (\d+) – (\d+) links +\| (\d+) /,
    is: [ROSTER_RANGES.maxDegree.least, ROSTER_RANGES.maxDegree.most, NETWORK_DEFAULTS.maxDegree]
  },
  {
    where: 'docs/commands.md',
    sentence: /`--requests-per-second` +\| (\d+) – ([\d,]+) requests +\| (\d+) /,
    is: [ROSTER_RANGES.requestsPerSecond.least, ROSTER_RANGES.requestsPerSecond.most, NETWORK_DEFAULTS.requestsPerSecond]
  },
  {
    where: 'docs/commands.md',
    sentence: /`--retention-ms` +\| ([\d,]+) – ([\d,]+) \(366 d\) +\| ([\d,]+) \(a day\)/,
    is: [ROSTER_RANGES.retentionMs.least, ROSTER_RANGES.retentionMs.most, NETWORK_DEFAULTS.retentionMs]
  },
  { where: 'docs/commands.md', sentence: /`--retention-bytes` +\| 1 MiB – 16 TiB +\| ([\d,]+) \(1 GiB\)/, is: [NETWORK_DEFAULTS.retentionBytes] },
  { where: 'docs/limits.md', sentence: /`requestsPerSecond` +\| (\d+) /, is: [NETWORK_DEFAULTS.requestsPerSecond] },
  { where: 'docs/limits.md', sentence: /`maxDegree` +\| (\d+) /, is: [NETWORK_DEFAULTS.maxDegree] },
  { where: 'docs/limits.md', sentence: /`retentionMs` +\| ([\d,]+) /, is: [NETWORK_DEFAULTS.retentionMs] },
  { where: 'docs/limits.md', sentence: /`retentionBytes` +\| ([\d,]+) /, is: [NETWORK_DEFAULTS.retentionBytes] },
  { where: 'docs/limits.md', sentence: /observations per dimension in one report \| (\d+) /, is: [OBSERVATIONS_MOST] },
  { where: 'docs/limits.md', sentence: /a report may be late by +\| (\d+) /, is: [ACCEPTED_PAST_WINDOWS] },
  { where: 'docs/limits.md', sentence: /a report may be ahead by +\| (\d+) /, is: [ACCEPTED_FUTURE_WINDOWS] },
  { where: 'docs/limits.md', sentence: /a report may be before its stamp by +\| (\d+) /, is: [STAMP_TOLERANCE_WINDOWS] },
  { where: 'docs/limits.md', sentence: /an answer about another peer is at least as old as \| (\d+) /, is: [TOLD_AFTER_WINDOWS] },
  { where: 'docs/limits.md', sentence: /an examiner's order holds, and a finding lives +\| (\d+) /, is: [EXAMINER_PERIOD_WINDOWS] },
  { where: 'docs/concepts.md', sentence: /It then refuses this neighbour for (\d+) windows/, is: [inAll('refusedWindows')] },
  { where: 'docs/concepts.md', sentence: /have no voice about it for (\d+) windows/, is: [inAll('restWindows')] },
  {
    where: 'docs/concepts.md',
    sentence: /The first one lasts (\d+) hour, each further one twice as long, and none longer than (\d+) days/,
    is: [DEFAULTS.firstEvictionMs / HOUR_MS, DEFAULTS.longestEvictionMs / (24 * HOUR_MS)]
  },
  { where: 'init --help', sentence: /^ {2}--seeds <count>[^(]*\(default: (\d+)\)/m, is: [init.seeds] },
  { where: 'init --help', sentence: /^ {2}--trusted <count>[^(]*\(default: (\d+)\)/m, is: [init.trusted] },
  { where: 'init --help', sentence: /^ {2}--name <name>[^(]*\(default: (\w+)\)/m, is: [init.name] },
  { where: 'init --help', sentence: /^ {2}--watchers <count>[^(]*\(default: (\d+)\)/m, is: [init.watchers] },
  { where: 'init --help', sentence: /^ {2}--seed-port <port>[^(]*\(default: (\d+)\)/m, is: [init.seedPort] },
  { where: 'init --help', sentence: /^ {2}--trusted-port <port>[^(]*\(default: (\d+)\)/m, is: [init.trustedPort] },
  { where: 'init --help', sentence: /demo \((\d+) s windows\), lan \((\d+) s\) or public \((\d+) s\)/, is: presets.map(({ windowMs }) => windowMs / 1_000) },
  { where: 'init --help', sentence: /^ {2}--max-degree <count>[^(]*\(default: (\d+)\)/m, is: [NETWORK_DEFAULTS.maxDegree] },
  { where: 'init --help', sentence: /are a flood \(default: (\d+)\)/, is: [NETWORK_DEFAULTS.requestsPerSecond] },
  { where: 'init --help', sentence: /keep reports \(default: (\d+), a day\)/, is: [NETWORK_DEFAULTS.retentionMs] },
  { where: 'init --help', sentence: /the oldest go \(default: (\d+), 1 GiB\)/, is: [NETWORK_DEFAULTS.retentionBytes] },
  { where: 'docs/running-a-network.md', sentence: /^\| (\d+) \| seeds \|/m, is: [init.seedPort] },
  { where: 'docs/running-a-network.md', sentence: /^\| (\d+) \| trusted nodes \|/m, is: [init.trustedPort] },
  { where: 'docs/tour.md', sentence: /Preset `demo` has windows of (\d+) seconds/, is: [PRESETS.demo.windowMs / 1_000] },
  { where: 'README.md', sentence: /libp2p needs Node ≥ 22, and so does Peerwatch \(([\d.]+)\)/, is: [oldestNode()] },
  { where: 'docs/embedding.md', sentence: /ES modules for Node ([\d.]+) and later/, is: [oldestNode()] }
]

/** What every package that is packed asks for. */
function oldestNode(): string {
  return /ENGINES = \{ node: '>=([\d.]+)' \}/.exec(readFileSync(`${ROOT}scripts/pack.ts`, 'utf8'))?.[1] ?? 'none'
}

async function helpText(where: string): Promise<string> {
  const { stdout } = await runCommand(where.split(' '), { cwd: ROOT })
  // options may go on in the next lines
  return stdout.replaceAll(/\n {6,}(?=\S)/g, ' ')
}

const helps = new Map<string, Promise<string>>()

async function textOf(where: string): Promise<string> {
  if (!where.endsWith('--help')) return readFileSync(`${ROOT}${where}`, 'utf8')
  const asked = helps.get(where) ?? helpText(where)
  helps.set(where, asked)
  return asked
}

suite('numbers that a page or a help prints', () => {
  for (const { where, sentence, is } of FACTS) {
    test(`${where}: ${sentence.source.slice(0, 60)}`, async () => {
      const found = sentence.exec(await textOf(where))
      assert.ok(found != null, `${where} no longer says ${sentence.source}: change the row with it`)
      assert.deepEqual(
        found.slice(1).map(text => text.replaceAll(/(?<=\d),(?=\d{3})/g, '')),
        is.map(String)
      )
    })
  }
})
