import { Argument } from 'commander'
import { oneOf } from '../parse-option.ts'
import type { Roles } from '@peerwatch/node/roles'
import type { Command } from 'commander'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

const HELP = `
Prints a script for your shell. At each tab it asks this command: for commands, options and their values, files, and the peers that the running node knows.

Examples:
  $ source <(peerwatch completion bash)                                      # in ~/.bashrc
  $ peerwatch completion zsh > "\${fpath[1]}/_peerwatch"                       # once; then start a new shell
  $ peerwatch completion fish > ~/.config/fish/completions/peerwatch.fish    # once
  $ peerwatch completion powershell >> $PROFILE                              # once`

function shellArgument(): Argument {
  const argument = new Argument('<shell>', SHELLS.join(', ')).argParser(oneOf('the shell', SHELLS))
  argument.argChoices = [...SHELLS]
  return argument
}

/** `completion`, and `complete`, which its scripts call: both are made from the commands themselves, so that they never lag behind. */
export function addCompletionCommand(program: Command, roles?: Roles): void {
  program
    .command('completion')
    .description('print the completion script of a shell: bash, zsh, fish or powershell')
    .addArgument(shellArgument())
    .addHelpText('after', HELP)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { printScript } = await import('../completion.ts')
      printScript(shell)
    })
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const [{ complete }, { createProgram }] = await Promise.all([import('../completion.ts'), import('../program.ts')])
      await complete(await createProgram([], roles), words)
    })
}
