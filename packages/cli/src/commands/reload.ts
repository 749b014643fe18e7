import { addDataFlag } from '../data-flag.ts'
import { say } from '../terminal.ts'
import type { Command } from 'commander'
import type { ReloadView } from '@peerwatch/node/node-view'

interface ReloadFlags {
  readonly data?: string
  readonly json?: true
}

const HELP = `
The file of --config is read again, with the variables and flags of the start. What can change at run time takes force; the rest is told.
A file that is wrong changes nothing, and the exit code is 2. SIGHUP does the same.

Example:
  $ peerwatch reload --data peerwatch-data/seed-1`

/** `reload`: the node that runs here reads its configuration again. */
export function addReloadCommand(program: Command): void {
  addDataFlag(program.command('reload').description('have the node that runs here read its configuration again'))
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ data, json }: ReloadFlags) => {
      const [{ apiClient }, { reloadText }] = await Promise.all([import('../api-client.ts'), import('../reload-text.ts')])
      const ask = await apiClient(data)
      const view = await ask<ReloadView>('POST', '/v1/reload')
      if (json === true) console.log(JSON.stringify(view))
      else say(reloadText(view))
    })
}
