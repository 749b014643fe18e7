import { relative } from 'node:path'
import { clockTime } from '../look.ts'
import { fields, table } from '../table.ts'
import { show } from '../terminal.ts'
import type { Command } from 'commander'
import type { Look } from '../look.ts'
import type { NodeState } from '../nodes/ask-state.ts'
import type { ListedNode } from '../nodes/listed-node.ts'

const HELP = `
Lists the nodes that this user runs on this machine with \`peerwatch seed\`, \`trusted\`, \`watcher\` or \`peer\`, wherever their data folders are,
and whether they take part in their networks. One that does not answer is taken for dead by its neighbours. Each can be asked by its data folder:
peerwatch status --data FOLDER. Hosts of a demo are not listed: they are one process, and with --keep the demo says how to ask them.

Examples:
  $ peerwatch nodes
  $ peerwatch nodes --json | jq -r '.nodes[].dataDir'`

function called({ name, role }: ListedNode): string {
  return name === role ? role : `${name} (${role})`
}

export function nodesText(nodes: readonly (ListedNode & NodeState)[], look: Look): string {
  if (nodes.length === 0) return 'no node of this user runs here (hosts of a demo are not listed: with --keep it says how to ask them)'
  const rows = nodes.map(node => [
    called(node),
    node.network,
    node.state.replace('-', ' '),
    node.pid,
    clockTime(node.startedAtMs, look.nowMs),
    portsOf(node.addresses),
    look.isNarrow ? relative('', node.dataDir) || '.' : node.dataDir
  ])
  const reasons = nodes.flatMap((node): [string, string][] => (node.reason == null ? [] : [[`${called(node)}, process ${node.pid}`, node.reason]]))
  return [
    table({ head: ['node', 'network', 'state', 'process', 'since', 'ports', 'data folder'], rows, right: [3] }, look),
    // a reason is a sentence: it has lines of its own
    ...(reasons.length === 0 ? [] : ['', look.paint('bold', 'why not ready'), fields(reasons, look)])
  ].join('\n')
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
      const [{ listNodes }, { askState }] = await Promise.all([import('../nodes/list-nodes.ts'), import('../nodes/ask-state.ts')])
      const listed = await listNodes(process.env)
      const nodes = await Promise.all(listed.map(async node => ({ ...node, ...(await askState(node)) })))
      if (json === true) console.log(JSON.stringify({ nodes }))
      else show(look => nodesText(nodes, look))
    })
}
