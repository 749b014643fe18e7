import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { systemClock } from '@peerwatch/model/system-clock'
import { commandName } from '../command-name.ts'
import { addDataFlag } from '../data-flag.ts'
import { each, wholeNumber } from '../parse-option.ts'
import { complain, pageOf, say, show } from '../terminal.ts'
import { addTermsFlags, flagOf } from '../terms-flags.ts'
import { uninterrupted } from '../uninterrupted.ts'
import { UsageError } from '../usage-error.ts'
import { changedText, rosterText, warningsOf } from './roster-text.ts'
import type { Command } from 'commander'
import type { RosterChange } from '@peerwatch/node/init'
import type { PublishedRosterView } from '@peerwatch/node/node-view'
import type { TermsFlags } from '../terms-flags.ts'
import type { ShownRoster } from './roster-text.ts'

interface PublishFlags extends JsonFlag {
  readonly force?: boolean
  readonly check?: boolean
  readonly data?: string
}

interface JsonFlag {
  readonly json?: true
}

const HELP = `
A network's roster names its seeds and trusted nodes and says the quorum, the limits and how long reports are kept. set, add and remove
sign the next one with the key in DIRECTORY/authority and put it into DIRECTORY/public/network.json. publish gives it to one running
node; the others get it from each other within a few windows, without a restart. Trusted nodes come and go one at a time: each
change is published when all hold what the one before gave them, so that no report is lost.

Examples:
  $ peerwatch roster show my-network
  $ peerwatch roster set my-network --retention-ms 604800000
  $ peerwatch roster add my-network --seed-host seed-3.example.org
  $ peerwatch roster add my-network --trusted-host trusted-4.example.org
  $ peerwatch roster remove my-network seed-1
  $ peerwatch roster publish my-network --data peerwatch-data/seed-2`

/** Of the folder that `init` made, its `public`, or the file. */
async function readRoster(path: string): Promise<ShownRoster> {
  const { loadNetworkFolder } = await import('@peerwatch/node/files')
  const inside = join(path, 'public')
  const {
    path: found,
    file,
    network
  } = await loadNetworkFolder(existsSync(inside) ? inside : path, 'give the folder that `peerwatch init` made, its public, or network.json')
  const addresses = new Map(file.seeds.map((text): [string, string] => [text.replace(/^.*\/p2p\//, ''), text.replace(/\/p2p\/[^/]*$/, '')]))
  return { path: found, network: network.name, authority: network.authority, roster: network.roster, addresses }
}

function object({ path, roster, addresses, network }: ShownRoster): object {
  const { version, quorum, scope, presetName, maxDegree, requestsPerSecond, retentionMs, retentionBytes, names } = roster
  return {
    path,
    network,
    version,
    preset: presetName,
    scope,
    quorum,
    maxDegree,
    requestsPerSecond,
    requestLimits: Object.fromEntries(roster.requestLimits),
    retentionMs,
    retentionBytes,
    seeds: roster.seeds.map(id => ({ id, name: names.get(id), address: addresses.get(id) })),
    trusted: roster.trusted.map(id => ({ id, name: names.get(id) })),
    formerSeeds: [...roster.formerSeeds].map(([id, untilWindow]) => ({ id, untilWindow })),
    formerTrusted: [...roster.formerTrusted].map(([id, untilMs]) => ({ id, untilMs, leaving: roster.leaving.includes(id) }))
  }
}

/** A node of this network that runs here, a trusted one where there is one: it can tell what a change of trusted nodes would lose. */
async function runningHere({ network, authority }: Pick<ShownRoster, 'network' | 'authority'>): Promise<string | undefined> {
  if (process.env['PEERWATCH_CONFIG'] != null) return undefined
  const [{ listNodes }, { ROLES }] = await Promise.all([import('../nodes/list-nodes.ts'), import('@peerwatch/node/roles')])
  const here = (await listNodes(process.env)).filter(node => node.network === network && node.authority === authority)
  const withTree = Object.entries(ROLES).flatMap(([name, { offers }]) => (offers.includes('tree') ? [name] : []))
  return (here.find(({ role }) => role != null && withTree.includes(role)) ?? here[0])?.dataDir
}

function shortened(path: string): string {
  return relative('', path) || '.'
}

const QUORUM_HELP = 'signatures that an eviction needs (default: as many as before; where that was the default for their number, the default for the new one)'

interface AddFlags {
  readonly quorum?: number
  readonly seedHost?: string
  readonly seedPort?: number
  readonly trustedHost?: string
  readonly trustedPort?: number
  readonly watchers?: number
}

/** Exactly one comes. */
function comes({ seedHost, seedPort, trustedHost, trustedPort, watchers }: AddFlags): Pick<RosterChange, 'addSeed' | 'addTrusted'> {
  if ((seedHost == null) === (trustedHost == null)) {
    throw new UsageError(seedHost == null ? 'neither --seed-host nor --trusted-host is given' : '--seed-host and --trusted-host are given', 'one of them')
  }
  if (seedHost != null) {
    const stray = trustedPort == null ? (watchers == null ? undefined : '--watchers') : '--trusted-port'
    if (stray != null) throw new UsageError(`${stray} is given for a seed`, '--seed-port at most')
    return { addSeed: { seedHost, ...(seedPort != null && { seedPort }) } }
  }
  if (seedPort != null) throw new UsageError('--seed-port is given for a trusted node', '--trusted-port')
  return { addTrusted: { trustedHost: trustedHost ?? '', ...(trustedPort != null && { trustedPort }), ...(watchers != null && { watchers }) } }
}

async function change(init: Omit<RosterChange, 'nowMs'>, json: true | undefined): Promise<void> {
  const { changeRoster } = await import('@peerwatch/node/init')
  const made = await uninterrupted(async () => {
    const it = await changeRoster({ ...init, nowMs: systemClock.nowMs() }, flagOf)
    const { directory, version, terms, added, removed } = it
    if (json === true) console.log(JSON.stringify({ directory, version, terms, added, removed }))
    else say(changedText(it, { from: shortened(directory), command: commandName(), shortened }, pageOf(process.stdout)))
    return it
  })
  for (const warning of warningsOf(made, { shortened })) complain(warning)
}

async function publish(path: string, named: string | undefined, { force = false, check = false, json }: PublishFlags): Promise<void> {
  const [{ apiClient }, { NodeError }, { roster, network, authority }] = await Promise.all([
    import('../api-client.ts'),
    import('@peerwatch/node/api-file'),
    readRoster(path)
  ])
  // an empty variable counts as none
  const data = named || (await runningHere({ network, authority }))
  const ask = await apiClient(data)
  const body = { roster: Buffer.from(roster.encoded).toString('base64'), force, check }
  const { taken, version, ending, reason = '' } = await ask<PublishedRosterView>('POST', '/v1/roster', [], body)
  if (taken === 'waits') {
    throw new NodeError('too-early', {
      found: `the node has roster ${version} and does not take ${roster.version} yet: ${reason}`,
      expected: 'a tier in which all hold what is theirs',
      remedy: 'try again in a while, at a trusted node (--data); `peerwatch tree` there says who is awaited. With --force what is not copied yet may be lost'
    })
  }
  if (taken === 'older') {
    const isFork = version === roster.version
    throw new NodeError('bad-option', {
      found: isFork
        ? `the node has another roster ${version}: two were signed with one number`
        : `the node has roster ${version}, and this one is ${roster.version}`,
      expected: 'a newer one',
      remedy: isFork
        ? 'sign the next one, in one folder, and publish that: it holds for all'
        : 'make the change in the folder with the newest network.json: `peerwatch roster show` tells its version'
    })
  }
  const where = data == null ? 'there' : `at the node of ${shortened(data)}`
  const ends = endingLines(ending, taken)
  for (const line of ends) complain(line)
  if (json === true) console.log(JSON.stringify({ taken, version, ...(ends.length > 0 && { ending }) }))
  else if (taken === 'would be') say(`roster ${roster.version} can be published ${where}, where ${version} is in force; nothing was changed`)
  else if (taken === 'known') say(`roster ${version} is in force ${where} already`)
  else say(`roster ${version} is in force ${where}, and the others get it from it within a few windows: \`peerwatch status\` shows its version`)
}

/** Each is a warning: a roster ends evictions only where a key was stolen, or an evicted peer becomes a member. */
function endingLines(ending: readonly string[], taken: PublishedRosterView['taken']): string[] {
  if (taken !== 'newer' && taken !== 'would be') return []
  return ending.map(
    peer =>
      `peerwatch: warning: eviction-ends: the eviction of ${peer} ends with this roster; expected as many signatures as it needs; it cannot be signed again: if the peer misbehaves still, the trusted nodes evict it anew`
  )
}

/** `roster show`, `set`, `add`, `remove` and `publish`. */
export function addRosterCommand(program: Command): void {
  const rosters = program.command('roster').description('who the seeds and trusted nodes are, and the terms of the network').addHelpText('after', HELP)
  const subcommand = (name: string, description: string, what: string): Command =>
    rosters.command(name).description(description).argument('<directory>', what).option('--json', 'print JSON').addHelpText('after', HELP)
  const made = 'the folder that `peerwatch init` made, with the key of the authority'
  const any = 'the folder that `peerwatch init` made, its public, or network.json'
  subcommand('show', 'what the roster of a network says', any).action(async (path: string, { json }: JsonFlag) => {
    const shown = await readRoster(path)
    if (json === true) console.log(JSON.stringify(object(shown)))
    else show(look => rosterText(shown, look))
  })
  addTermsFlags(subcommand('set', 'sign a roster with other terms', made), false)
    .option(
      '--unlimited <protocol>',
      'streams of this protocol are not counted any more; may be repeated',
      each(text => text)
    )
    .action(async (directory: string, { json, requestLimit, ...terms }: JsonFlag & TermsFlags & { readonly unlimited?: readonly string[] }) =>
      change({ directory, ...terms, ...(requestLimit != null && { requestLimits: requestLimit }) }, json)
    )
  subcommand('add', 'sign a roster with one seed or trusted node more, and make its key', made)
    .option('--seed-host <host>', 'address or name of the new seed; {n} is its number')
    .option('--seed-port <port>', 'its port (default: the next one where seeds share the host, else 14601)', wholeNumber('--seed-port', 1, 65_535))
    .option('--trusted-host <host>', 'address or name of the new trusted node; {n} is its number')
    .option('--trusted-port <port>', 'its port (default: the next one where they share the host, else 14701)', wholeNumber('--trusted-port', 1, 65_535))
    .option('--watchers <count>', 'keys for watchers of the new trusted node (default: 0)', wholeNumber('--watchers', 0, 16))
    .option('--quorum <k>', QUORUM_HELP, wholeNumber('--quorum', 1, 16))
    .action(async (directory: string, { json, quorum, ...who }: JsonFlag & AddFlags) =>
      change({ directory, ...comes(who), ...(quorum != null && { quorum }) }, json)
    )
  subcommand('remove', 'sign a roster without one of its seeds or trusted nodes', made)
    .argument('<member>', 'its name or its peer id')
    .option('--key-stolen', 'what it stamped or signed counts no more: reports with its stamps are not taken, evictions that need its signature end')
    .option('--quorum <k>', QUORUM_HELP, wholeNumber('--quorum', 1, 16))
    .action(async (directory: string, member: string, { json, keyStolen, quorum }: JsonFlag & { readonly keyStolen?: true; readonly quorum?: number }) =>
      change({ directory, remove: member, isKeyStolen: keyStolen === true, ...(quorum != null && { quorum }) }, json)
    )
  addDataFlag(subcommand('publish', 'give the roster to a running node, which hands it on (default: one of its network that runs here)', any))
    .option('--check', 'say what would follow, such as evictions that end, and publish nothing')
    .option('--force', 'also where trusted nodes change and not all hold what is theirs: reports may be lost')
    .action(async (path: string, { data, ...flags }: PublishFlags) => publish(path, data, flags))
}
