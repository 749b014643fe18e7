import { addDataFlag } from '../data-flag.ts'
import { clockTime } from '../look.ts'
import { fields } from '../table.ts'
import { show } from '../terminal.ts'
import type { Command } from 'commander'
import type { AppealView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

interface AppealFlags {
  readonly data?: string
  readonly json?: true
}

const HELP = `
The node asks a seed, which lets an evicted peer in for this question only, and shows the certificate that evicts it.

Examples:
  $ peerwatch appeal
  $ peerwatch appeal --json --data peerwatch-data/peer`

export function appealText({ peer, quorum, trusted, eviction }: AppealView, look: Look): string {
  if (eviction == null) return `${look.peer(peer)} is not evicted: a seed that was asked enforces no certificate against it`
  const { dimension, reason, issuedAtMs, expiresAtMs, signers } = eviction
  return [
    fields(
      [
        ['evicted', peer],
        ['for', `${dimension} (${reason})`],
        ['by', signers.map(look.peer).join('\n')],
        ['since', clockTime(issuedAtMs, look.nowMs)],
        ['until', clockTime(expiresAtMs, look.nowMs)]
      ],
      look
    ),
    '',
    'What to do: find out why this node did it, and stop it, or the next eviction lasts twice as long.',
    `It ends by itself at the time above. If it was wrong, ask the operators of the trusted nodes (${trusted.map(look.called).join(', ')}):`,
    `${quorum} of them end it with \`peerwatch reinstate ${peer} --reason …\`, each on their own node.`
  ].join('\n')
}

export function addAppealCommand(program: Command): void {
  addDataFlag(program.command('appeal').description('whether the node that runs here is evicted: by whom, why, until when, and what to do'))
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ data, json }: AppealFlags) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const view = await ask<AppealView>('POST', '/v1/appeal')
      if (json === true) {
        console.log(JSON.stringify(view))
        return
      }
      const { namesFrom } = await import('../known-peers.ts')
      show(look => appealText(view, look), await namesFrom(ask))
    })
}
