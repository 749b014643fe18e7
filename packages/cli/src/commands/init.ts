import { once } from 'node:events'
import { connect } from 'node:net'
import { relative } from 'node:path'
import { systemClock } from '@peerwatch/model/system-clock'
import { DEFAULT_PORTS, ROLES } from '@peerwatch/node/roles'
import { commandName, npmFolder } from '../command-name.ts'
import { choice, wholeNumber } from '../parse-option.ts'
import { fields } from '../table.ts'
import { addTermsFlags, flagOf } from '../terms-flags.ts'
import { complain, pageOf } from '../terminal.ts'
import { commandLines } from '../wrap.ts'
import { shellWord } from '../shell-word.ts'
import { uninterrupted } from '../uninterrupted.ts'
import type { Command } from 'commander'
import type { Page } from '../table.ts'
import type { Membership } from '@peerwatch/node/roles'
import type { InitOptions, MadeNetwork } from '@peerwatch/node/init'

interface InitFlags extends Partial<Omit<InitOptions, 'directory' | 'nowMs' | 'requestLimits'>> {
  readonly requestLimit?: InitOptions['requestLimits']
  readonly json?: true
}

const EXAMPLES = `
The authority signs preset, scope, quorum and the limits into the roster: all nodes of the network go by them.
Examples:
  $ peerwatch init my-network
  $ peerwatch seed --network my-network/public --node my-network/nodes/seed-1
  $ peerwatch peer --network my-network/public

For containers or machines, each node a host of its own:
  $ peerwatch init my-network --seed-host seed-{n} --trusted-host trusted-{n}`

/** Says what `init` made. */
function summary({ directory, nodes, network }: MadeNetwork, page: Page): string {
  const { paint, columns } = page
  const from = relative('', directory) || '.'
  const rows: [string, string][] = [
    [`${from}/public`, 'network.json: for everybody who takes part'],
    ...nodes.map(({ name, role, listen, announce }): [string, string] => [
      `${from}/nodes/${name}`,
      `${ROLES[role].noun}${ROLES[role].needs.includes('owner') ? ': keep it apart from its trusted node' : ` at ${(announce ?? listen ?? []).join(', ')}`}`
    ]),
    [`${from}/authority`, "the network's root of trust: keep it offline"]
  ]
  // a report is acknowledged by two trusted nodes, where there are two
  const seeds = nodes.filter(({ role }) => ROLES[role].member === 'seeds').slice(0, 1)
  const trusted = nodes.filter(({ role }) => ROLES[role].member === 'trusted').slice(0, 2)
  const watchers = nodes.filter(({ role }) => ROLES[role].needs.includes('owner')).slice(0, 1)
  const command = commandName()
  return [
    `The network "${network.name}" is made. Its private files are readable by you only.`,
    '',
    fields(rows, page),
    '',
    paint('bold', 'Try next, each in a terminal of its own'),
    ...[...seeds, ...trusted, ...watchers].map(({ name, role }) =>
      commandLines(`  ${command} ${role} --network ${shellWord(`${from}/public`)} --node ${shellWord(`${from}/nodes/${name}`)}`, columns)
    ),
    commandLines(`  ${command} peer --network ${shellWord(`${from}/public`)}`, columns),
    ...(command === 'peerwatch' || npmFolder() == null
      ? []
      : ['', paint('dim', 'npx itself takes half a second each time; without it:'), `  export PATH="${npmFolder()}:$PATH"`])
  ].join('\n')
}

const LOOPBACK = /^\/(?:ip4\/127\.|ip6\/::1\/)/

/** A network whose seeds others reach and whose trusted nodes they do not works for nobody, and nothing would say so before reports stay away. */
function warnOfHalf(nodes: MadeNetwork['nodes']): void {
  const at = (member: Membership): string[] =>
    nodes.filter(({ role }) => ROLES[role].member === member).flatMap(({ listen = [], announce = listen }) => announce.slice(0, 1))
  const sides = [
    { who: 'seeds', option: '--seed-host', addresses: at('seeds') },
    { who: 'trusted nodes', option: '--trusted-host', addresses: at('trusted') }
  ]
  const local = sides.find(({ addresses }) => addresses.every(address => LOOPBACK.test(address)))
  const other = sides.find(({ addresses }) => !addresses.some(address => LOOPBACK.test(address)))
  if (local == null || other == null) return
  complain(
    `peerwatch: warning: half-local: the ${local.who} are at ${local.addresses.join(', ')}, which no other machine reaches, and the ${other.who} at ${other.addresses.join(', ')}; expected both to be reached by others, or neither; remove this network and make it again with ${local.option}`
  )
}

/** Asked by a dial: to listen there for a moment would be in the way of whoever starts just then. */
async function isTaken(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A second network of this machine gets the ports of the first unless told otherwise, and whoever joins it talks to the nodes of the other. */
async function warnOfTaken(nodes: MadeNetwork['nodes']): Promise<void> {
  const places = nodes
    .flatMap(({ listen = [], announce = listen }) => announce)
    .flatMap(address => {
      const [, host, port] = /^\/ip[46]\/(127\.[\d.]+|::1)\/tcp\/(\d+)/.exec(address) ?? []
      return host == null ? [] : [{ address, host, port: Number(port) }]
    })
  const taken = await Promise.all(places.map(async ({ address, host, port }) => ((await isTaken(host, port)) ? [address] : [])))
  if (taken.flat().length === 0) return
  complain(
    `peerwatch: warning: port-in-use: something listens at ${taken.flat().join(', ')} now; expected free ports; stop it before you start these nodes (\`peerwatch nodes\` lists yours), or remove this network and make it again with --seed-port and --trusted-port`
  )
}

export function addInitCommand(program: Command): void {
  const command = program
    .command('init')
    .description('make a network: keys, roster and tokens, as files')
    .argument('<directory>', 'where to; it must not hold a network yet')
    .option('--name <name>', "name of the network: a-z, 0-9 and '-' (default: peerwatch)")
    .addOption(choice('--preset <preset>', 'demo (2 s windows), lan (10 s) or public (60 s) (default: by scope)', ['demo', 'lan', 'public']))
    .addOption(choice('--scope <scope>', 'local: every peer is one voice; public: every /24 is (default: local)', ['local', 'public']))
    .option('--seeds <count>', 'bootstrap nodes (default: 2)', wholeNumber('--seeds', 1, 200))
    .option('--trusted <count>', 'trusted nodes (default: 3)', wholeNumber('--trusted', 1, 200))
    .option('--watchers <count>', 'keys of watchers with a process of their own, per trusted node (default: 0)', wholeNumber('--watchers', 0, 16))
    .option('--seed-host <host>', 'address or name of the seeds; {n} is their number (default: 127.0.0.1)')
    .option('--seed-port <port>', `port of the seeds, counting up on one host (default: ${DEFAULT_PORTS.seeds})`, wholeNumber('--seed-port', 1, 65_535))
    .option('--trusted-host <host>', 'the same for trusted nodes (default: 127.0.0.1)')
    .option('--trusted-port <port>', `the same for trusted nodes (default: ${DEFAULT_PORTS.trusted})`, wholeNumber('--trusted-port', 1, 65_535))
  addTermsFlags(command, true)
    .option('--json', 'say what was made as one object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, { json, requestLimit: requestLimits, ...options }: InitFlags) => {
      const { initNetwork } = await import('@peerwatch/node/init')
      const init = { ...options, ...(requestLimits != null && { requestLimits }), directory, nowMs: systemClock.nowMs() }
      const made = await uninterrupted(async () => {
        const it = await initNetwork(init, flagOf)
        const object = { directory: it.directory, name: it.network.name, authority: it.network.authority, nodes: it.nodes, files: it.files }
        console.log(json ? JSON.stringify(object) : summary(it, pageOf(process.stdout)))
        return it
      })
      warnOfHalf(made.nodes)
      await warnOfTaken(made.nodes)
    })
}
