import { behaviourNames } from '@peerwatch/attacks'
import { Option } from 'commander'
import { each, multiaddrText, oneOf, peerId, wholeNumber } from '../parse-option.ts'
import type { Command } from 'commander'
import type { NodeRole } from '@peerwatch/node/files'
import type { RunFlags } from '../run-plan.ts'

const DESCRIPTIONS: Record<NodeRole, string> = {
  seed: 'run a seed: the registry of live peers',
  trusted: 'run a trusted node: keeps reports, examines suspects, signs evictions',
  watcher: 'run a watcher of a trusted node as a process of its own',
  peer: 'run an ordinary peer'
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

function option(flags: string, description: string, variable?: string): Option {
  const made = new Option(flags, description)
  return variable == null ? made : made.env(`PEERWATCH_${variable}`)
}

function addCommon(command: Command, role: NodeRole): void {
  const name = role === 'peer' ? '' : `/nodes/${role}-1`
  command
    .addOption(option('--network <folder>', 'folder with network.json, or the file itself', 'NETWORK').makeOptionMandatory())
    .addOption(
      option('--node <folder>', `folder of this node, as \`peerwatch init\` made it${name && ` (DIR${name})`}`, 'NODE').makeOptionMandatory(role !== 'peer')
    )
    .addOption(option('--data <folder>', 'where the node keeps its things (default: ./peerwatch-data/NAME)', 'DATA'))
    .option('--listen <multiaddr>', 'address to listen on; may be repeated', each(multiaddrText('--listen')))
    .option('--announce <multiaddr>', 'address to tell others instead; may be repeated', each(multiaddrText('--announce')))
    .addOption(
      option('--http-port <port>', 'port of the API on loopback; 0 takes any (default: 0)', 'HTTP_PORT').argParser(wholeNumber('--http-port', 0, 65_535))
    )
    .addOption(option('--log <file>', 'JSON lines, one per event (default: log.jsonl in the data folder)', 'LOG'))
    .addOption(option('--log-level <level>', `${LOG_LEVELS.join(', ')} (default: info)`, 'LOG_LEVEL').argParser(oneOf('--log-level', LOG_LEVELS)))
    .option('--no-enforce', 'observe and report, but refuse nobody: a dry run')
    .option('--never-evict <peer>', 'keep this peer whatever anybody signs; may be repeated', each(peerId))
    .option('--json-ready', 'say on stdout as JSON lines when the node is started, ready and stopped')
}

function addPeerOptions(command: Command): void {
  command
    .option('--target-degree <count>', 'neighbours to look for (default: 8)', wholeNumber('--target-degree', 0, 512))
    .option('--max-degree <count>', "neighbours at most (default: the roster's)", wholeNumber('--max-degree', 1, 512))
    .option('--chat-every-ms <ms>', 'pause between chat messages (default: 5000)', wholeNumber('--chat-every-ms', 10, 86_400_000))
    .option('--chat-count <count>', 'chat messages to send in all; 0 for none (default: no end)', wholeNumber('--chat-count', 0, 1_000_000_000))
}

/** For tests and research on networks of one's own; not in the help, and the node says so when it starts. */
function addBehaviour(command: Command): void {
  command
    .addOption(new Option('--behaviour <name>').argParser(oneOf('--behaviour', behaviourNames)).hideHelp())
    .addOption(new Option('--victim <peer>').argParser(peerId).hideHelp())
}

function examples(role: NodeRole): string {
  const node = {
    seed: ' --node my-network/nodes/seed-1',
    trusted: ' --node my-network/nodes/trusted-1',
    watcher: ' --node my-network/nodes/watcher-1-1',
    peer: ''
  }
  return `
Example:
  $ peerwatch ${role} --network my-network/public${node[role]}

Ctrl+C (SIGINT, SIGTERM) ends it in order: deregistered, the reports in hand delivered or kept on disk. A second one ends it at once.`
}

/** `seed`, `trusted`, `watcher` and `peer`. */
export function addRunCommands(program: Command): void {
  for (const role of ['seed', 'trusted', 'watcher', 'peer'] as const) {
    const command = program.command(role).description(DESCRIPTIONS[role])
    addCommon(command, role)
    if (role === 'peer' || role === 'watcher') addPeerOptions(command)
    if (role === 'peer') addBehaviour(command)
    if (role === 'trusted') command.option('--watchers <count>', "watchers inside this process (default: the preset's)", wholeNumber('--watchers', 0, 16))
    command.addHelpText('after', examples(role)).action(async (flags: RunFlags) => {
      const { runNode } = await import('../run-node.ts')
      process.exitCode = await runNode(role, flags)
    })
  }
}
