import { addDataFlag } from '../data-flag.ts'
import { choice } from '../parse-option.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { TreeView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'

const FORMATS = ['text', 'svg', 'dot', 'json'] as const
type Format = (typeof FORMATS)[number]

interface TreeFlags {
  readonly data?: string
  readonly format?: Format
  readonly watch?: true
  readonly json?: true
}

const HELP = `
Each node stands in a row, in the order of the key space. ┌ and └ lead from a child to its parent; the thread ┄ joins each range to the next one.
A state says: slow (its newest hello took a quarter of the time-out of a ping or more, or its own event loop is late), out of reach (it answers nobody
here), retired (it left the roster and still gives what it holds), moving (its start moves), copying (it gains places and has not read them yet).

Examples:
  $ peerwatch tree --data peerwatch-data/trusted-1
  $ peerwatch tree --watch
  $ peerwatch tree --format svg > tree.svg
  $ peerwatch tree --format dot | dot -Tpng > tree.png`

function formatOf({ format, watch, json }: TreeFlags): Format {
  if (json === true && format != null && format !== 'json') throw new UsageError(`--json with --format ${format}`, 'one of the two')
  const chosen = json === true ? 'json' : (format ?? 'text')
  if (watch === true && (chosen === 'svg' || chosen === 'dot')) {
    throw new UsageError(`--watch with --format ${chosen}`, 'text or json', 'a picture is of one moment: leave --watch out')
  }
  return chosen
}

async function picture(format: 'svg' | 'dot', node: ApiClient): Promise<string> {
  const [{ namesFrom }, { shortId }] = await Promise.all([import('../known-peers.ts'), import('../look.ts')])
  const [answer, names] = await Promise.all([node<TreeView>('GET', '/v1/tree'), namesFrom(node)])
  const called = (peer: string): string => names.of(peer) ?? shortId(peer)
  if (format === 'svg') return (await import('../tree/tree-svg.ts')).treeSvg(answer, { called })
  return (await import('../tree/tree-dot.ts')).treeDot(answer, { called })
}

async function tree(flags: TreeFlags): Promise<void> {
  const format = formatOf(flags)
  const { apiClient } = await import('../api-client.ts')
  const node = await apiClient(flags.data)
  if (flags.watch === true) {
    const { watchTree } = await import('../tree/watch-tree.ts')
    return watchTree(node, format === 'json')
  }
  if (format === 'json') {
    console.log(JSON.stringify(await node<TreeView>('GET', '/v1/tree')))
    return undefined
  }
  if (format !== 'text') {
    console.log(await picture(format, node))
    return undefined
  }
  const [terminal, { namesFrom }, { treeText }] = await Promise.all([import('../terminal.ts'), import('../known-peers.ts'), import('../tree/tree-text.ts')])
  const [answer, names] = await Promise.all([node<TreeView>('GET', '/v1/tree'), namesFrom(node)])
  terminal.show(look => treeText(answer, look), names)
  return undefined
}

/** `tree`: the trust tree as the running node sees it, drawn. */
export function addTreeCommand(program: Command): void {
  const command = program.command('tree').description('the threaded tree of the trusted nodes: ranges, load, copies, moves')
  addDataFlag(command)
    .addOption(choice('--format <format>', 'how it is drawn: text, svg, dot (for Graphviz) or json (default: text)', FORMATS))
    .option('--watch', 'follow it until Ctrl+C: drawn over itself on a terminal, elsewhere a line for each change')
    .option('--json', 'print JSON: the same as --format json')
    .addHelpText('after', HELP)
    .action(tree)
}
