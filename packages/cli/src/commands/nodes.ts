import { systemClock } from '@peerwatch/model/system-clock'
import { paintFor } from '../paint.ts'
import type { Command } from 'commander'
import type { ListedNode } from '../nodes/entry.ts'

const HELP = `
Lists the nodes that this user runs on this machine with \`peerwatch seed\`, \`trusted\`, \`watcher\` or \`peer\`, wherever their data folders are.
Each can be asked by its data folder: peerwatch status --data FOLDER.

Examples:
  $ peerwatch nodes
  $ peerwatch nodes --json | jq -r '.nodes[].dataDir'`

async function nodesText(nodes: readonly ListedNode[]): Promise<string> {
  if (nodes.length === 0) return 'no node of this user runs here'
  const [{ table }, { clockTime }] = await Promise.all([import('../table.ts'), import('../look.ts')])
  const nowMs = systemClock.nowMs()
  const rows = nodes.map(({ name, role, network, pid, startedAtMs, addresses, dataDir }) => [
    name === role ? role : `${name} (${role})`,
    network,
    pid,
    clockTime(startedAtMs, nowMs),
    portsOf(addresses),
    dataDir
  ])
  return table({ head: ['node', 'network', 'process', 'since', 'ports', 'data folder'], rows, right: [2] }, paintFor(process.stdout))
}

function portsOf(addresses: readonly string[]): string {
  const ports = addresses.map(address => /\/tcp\/(\d+)/.exec(address)?.[1]).filter(port => port != null)
  return [...new Set(ports)].join(' ') || '–'
}

/** `nodes`: what runs on this machine. */
export function addNodesCommand(program: Command): void {
  program
    .command('nodes')
    .description('the nodes that run on this machine, wherever their data is')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ json }: { readonly json?: true }) => {
      const { listNodes } = await import('../nodes/list-nodes.ts')
      const nodes = await listNodes(process.env)
      console.log(json === true ? JSON.stringify({ nodes }) : await nodesText(nodes))
    })
}
