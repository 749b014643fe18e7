import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { systemClock } from '@peerwatch/model/system-clock'
import { commandName } from '../command-name.ts'
import { addDataFlag } from '../data-flag.ts'
import { paintFor } from '../paint.ts'
import { each, wholeNumber } from '../parse-option.ts'
import { fields, NONE, table } from '../table.ts'
import { addTermsFlags, flagOf } from '../terms-flags.ts'
import type { Command } from 'commander'
import type { Roster } from '@peerwatch/link'
import type { ChangedRoster, RosterChange } from '@peerwatch/node/init'
import type { PublishedRosterView } from '@peerwatch/node/node-view'
import type { TermsFlags } from '../terms-flags.ts'

interface JsonFlag {
  readonly json?: true
}

const HELP = `
A network's roster names its seeds and trusted nodes and says the quorum, the limits and how long reports are kept. set, add and remove
sign the next one with the key in DIRECTORY/authority and put it into DIRECTORY/public/network.json. publish gives it to one running
node; the others get it from each other within a few windows, without a restart. Trusted nodes cannot change yet.

Examples:
  $ peerwatch roster show my-network
  $ peerwatch roster set my-network --retention-ms 604800000
  $ peerwatch roster add my-network --seed-host seed-3.example.org
  $ peerwatch roster remove my-network seed-1
  $ peerwatch roster publish my-network --data peerwatch-data/seed-2`

interface ShownRoster {
  readonly path: string
  readonly roster: Roster
  /** By the seed's id, as `network.json` has it. */
  readonly addresses: ReadonlyMap<string, string>
}

/** Of the folder that `init` made, its `public`, or the file. */
async function readRoster(path: string): Promise<ShownRoster & { readonly network: string }> {
  const { loadNetworkFolder } = await import('@peerwatch/node/files')
  const inside = join(path, 'public')
  const {
    path: found,
    file,
    network
  } = await loadNetworkFolder(existsSync(inside) ? inside : path, 'give the folder that `peerwatch init` made, its public, or network.json')
  const addresses = new Map(file.seeds.map((text): [string, string] => [text.replace(/^.*\/p2p\//, ''), text.replace(/\/p2p\/[^/]*$/, '')]))
  return { path: found, network: network.name, roster: network.roster, addresses }
}

function object({ path, roster, addresses, network }: ShownRoster & { readonly network: string }): object {
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
    formerSeeds: [...roster.formerSeeds].map(([id, untilWindow]) => ({ id, untilWindow }))
  }
}

function rosterText({ roster, addresses, network }: ShownRoster & { readonly network: string }): string {
  const paint = paintFor(process.stdout)
  const limits = [...roster.requestLimits].map(([protocol, count]) => `${protocol} ${count}`)
  const rows = [
    ...roster.seeds.map(id => [roster.names.get(id) ?? NONE, 'seed', id, addresses.get(id) ?? NONE]),
    ...roster.trusted.map(id => [roster.names.get(id) ?? NONE, 'trusted', id, NONE])
  ]
  return [
    fields(
      [
        ['network', `"${network}", preset ${roster.presetName}, scope ${roster.scope}`],
        ['roster', `version ${roster.version}, k = ${roster.quorum}`],
        ['degree', `${roster.maxDegree} links of a peer at most`],
        ['requests', [`${roster.requestsPerSecond} a second`, ...limits].join(', ')],
        ['kept', `${roster.retentionMs} ms, ${roster.retentionBytes} bytes`]
      ],
      paint
    ),
    '',
    table({ head: ['name', 'role', 'id', 'address'], rows }, paint)
  ].join('\n')
}

/** A node of this network that runs here, to be named where several run. */
async function runningHere(network: string): Promise<string> {
  const { listNodes } = await import('../nodes/list-nodes.ts')
  const found = (await listNodes(process.env)).find(node => node.network === network)
  return found == null ? ' --data FOLDER' : ` --data ${relative('', found.dataDir) || '.'}`
}

async function changedText({ directory, version, added, removed, network }: ChangedRoster): Promise<string> {
  const from = relative('', directory) || '.'
  const paint = paintFor(process.stdout)
  const command = commandName()
  return [
    fields(
      [
        ['roster', `version ${version}, signed into ${join(from, 'public', 'network.json')}`],
        ...(added == null ? [] : [['added', `${added.name} at ${added.address}`] as const]),
        ...(removed == null ? [] : [['removed', removed.name ?? removed.id] as const])
      ],
      paint
    ),
    '',
    paint('bold', 'Try next'),
    `  ${command} roster publish ${from}${await runningHere(network.name)}`,
    ...(added == null ? [] : [`  ${command} seed --network ${join(from, 'public')} --node ${relative('', added.folder)}`]),
    ...(removed == null ? [] : ['and stop the seed that was removed, once the others are registered at the seeds that are left (`peerwatch status`)'])
  ].join('\n')
}

async function change(init: Omit<RosterChange, 'nowMs'>, json: true | undefined): Promise<void> {
  const { changeRoster } = await import('@peerwatch/node/init')
  const made = await changeRoster({ ...init, nowMs: systemClock.nowMs() }, flagOf)
  const { directory, version, added, removed } = made
  console.log(json === true ? JSON.stringify({ directory, version, added, removed }) : await changedText(made))
}

async function publish(path: string, data: string | undefined, json: true | undefined): Promise<void> {
  const [{ apiClient }, { NodeError }, { roster }] = await Promise.all([import('../api-client.ts'), import('@peerwatch/node/api-file'), readRoster(path)])
  const ask = await apiClient(data)
  const body = { roster: Buffer.from(roster.encoded).toString('base64') }
  const { taken, version } = await ask<PublishedRosterView>('POST', '/v1/roster', [], body)
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
  const said =
    taken === 'known'
      ? `roster ${version} is in force there already`
      : `roster ${version} is in force there, and the others get it from it within a few windows: \`peerwatch status\` shows its version`
  console.log(json === true ? JSON.stringify({ taken, version }) : said)
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
    console.log(json === true ? JSON.stringify(object(shown)) : rosterText(shown))
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
  subcommand('add', 'sign a roster with one seed more, and make its key', made)
    .requiredOption('--seed-host <host>', 'address or name of the new seed; {n} is its number')
    .option('--seed-port <port>', 'its port (default: the next one where seeds share the host, else 14601)', wholeNumber('--seed-port', 1, 65_535))
    .action(async (directory: string, { json, seedHost, seedPort }: JsonFlag & { readonly seedHost: string; readonly seedPort?: number }) =>
      change({ directory, addSeed: { seedHost, ...(seedPort != null && { seedPort }) } }, json)
    )
  subcommand('remove', 'sign a roster without one of its seeds', made)
    .argument('<seed>', 'its name or its peer id')
    .option('--key-stolen', 'its stamps count no more: reports that hold one wait until they are too old, and copies with one are not taken')
    .action(async (directory: string, seed: string, { json, keyStolen }: JsonFlag & { readonly keyStolen?: true }) =>
      change({ directory, removeSeed: seed, isKeyStolen: keyStolen === true }, json)
    )
  addDataFlag(subcommand('publish', 'give the roster to a running node, which hands it on', any)).action(
    async (path: string, { data, json }: JsonFlag & { readonly data?: string }) => publish(path, data, json)
  )
}
