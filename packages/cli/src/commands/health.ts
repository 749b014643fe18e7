import { addDataFlag } from '../data-flag.ts'
import { complain } from '../terminal.ts'
import type { Command } from 'commander'
import type { ReadyView } from '@peerwatch/node/node-view'

interface HealthFlags {
  readonly data?: string
  readonly json?: true
}

const HELP = `
Exit code 0: the node takes part in its network. 1: it does not, or no node runs.
The node is found by its data folder: --data, that of the file PEERWATCH_CONFIG names, or the only one below ./peerwatch-data
that has a running node.

Examples:
  $ peerwatch health && echo fine
  $ peerwatch health --json --data peerwatch-data/trusted-1`

const NOT_READY = 503

/** `health`: for health checks of containers and service managers. It starts often, so it loads little. */
export function addHealthCommand(program: Command): void {
  addDataFlag(program.command('health').description('whether the node that runs here takes part in its network, as exit code'))
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ data, json }: HealthFlags) => {
      const [{ apiClient }, { NodeError }] = await Promise.all([import('../api-client.ts'), import('@peerwatch/node/api-file')])
      const ask = await apiClient(data)
      const view = await ask<ReadyView>('GET', '/readyz', [NOT_READY])
      if (json === true) console.log(JSON.stringify(view))
      else if (view.ready) console.log('ready')
      if (view.warning != null) complain(`peerwatch: warning: two-rosters: ${view.warning}`)
      if (view.ready) return
      throw new NodeError('not-ready', {
        found: `the node runs but does not take part yet (${view.reason ?? 'it gives no reason'})`,
        expected: 'one that does',
        remedy: "wait, or look at `peerwatch doctor`, at `peerwatch status` and at the node's log"
      })
    })
}
