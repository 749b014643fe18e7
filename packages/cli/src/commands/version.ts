import { version } from '../version.ts'
import type { Command } from 'commander'

/** `version`, for who types it as a command. */
export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('print the version; that of Node too with --json')
    .option('--json', 'print JSON')
    .action(({ json }: { readonly json?: true }) => {
      console.log(json === true ? JSON.stringify({ version: version(), node: process.versions.node }) : version())
    })
}
