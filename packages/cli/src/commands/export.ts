import { once } from 'node:events'
import { addDataFlag } from '../data-flag.ts'
import { peerLike } from '../parse-option.ts'
import type { Command } from 'commander'
import type { ExportLineView } from '@peerwatch/node/node-view'

const HELP = `
One JSON object per line: kind, subject, author, window and atMs (when it began), content, and the holders that gave it. The last line is
a summary, with those who could not be asked. It ends with code 1 where something may be missing.

Examples:
  $ peerwatch export 12D3KooWAb --data peerwatch-data/trusted-1 > 12D3KooWAb.jsonl
  $ peerwatch export spy --data peerwatch-data/trusted-1`

type Summary = Extract<ExportLineView, { readonly kind: 'summary' }>

function isSummary(text: string): boolean {
  return text.startsWith('{"kind":"summary"')
}

/** So that a slow reader holds up the node rather than memory. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(`${text}\n`)) return
  await once(process.stdout, 'drain')
}

async function exportPeer(like: string, data: string | undefined): Promise<void> {
  const [{ apiClient, eachLine }, { NodeError }, { namesFrom, resolvePeer }, { complain }] = await Promise.all([
    import('../api-client.ts'),
    import('@peerwatch/node/api-file'),
    import('../known-peers.ts'),
    import('../terminal.ts')
  ])
  const ask = await apiClient(data)
  const [peer, names] = [await resolvePeer(ask, like), await namesFrom(ask)]
  let last = ''
  await eachLine(data, `/v1/export/${peer}`, async text => {
    last = text
    await print(text)
  })
  const summary = isSummary(last) ? (JSON.parse(last) as Summary) : undefined
  const lacking = summary?.notAsked.map(({ node, reason }) => `${names.of(node) ?? node} (${reason})`).join(', ') ?? ''
  const remedy = 'start the trusted nodes that are away, or wait until they have caught up (`peerwatch tree`), and export it again'
  if (summary == null) throw new NodeError('incomplete', { found: 'the node broke off before the end', expected: 'a last line that is a summary', remedy })
  if (!summary.isComplete)
    throw new NodeError('incomplete', {
      found: `not asked: ${lacking === '' ? 'ranges have moved meanwhile' : lacking}`,
      expected: 'enough holders of every record',
      remedy
    })
  if (lacking !== '')
    complain(`peerwatch: warning: incomplete: not asked: ${lacking}; expected all trusted nodes; no acknowledged record can be missing all the same`)
}

/** `export`: what the network stores about a peer, and what it wrote about others. */
export function addExportCommand(program: Command): void {
  addDataFlag(program.command('export').description('all that the network stores about a peer, and that it wrote about others, as JSON lines'))
    .argument('<peer>', 'its peer id, the beginning of it, or its name', peerLike)
    .addHelpText('after', HELP)
    .action(async (peer: string, { data }: { readonly data?: string }) => exportPeer(peer, data))
}
