import { Argument } from 'commander'
import { oneOf } from '../parse-option.ts'
import type { Command } from 'commander'

const SHELLS = ['bash', 'zsh', 'fish'] as const

const HELP = `
Prints a script for your shell: commands, options and the values of those that take few.

Examples:
  $ source <(peerwatch completion bash)                                      # in ~/.bashrc
  $ peerwatch completion zsh > "\${fpath[1]}/_peerwatch"                       # once; then start a new shell
  $ peerwatch completion fish > ~/.config/fish/completions/peerwatch.fish    # once`

function shellArgument(): Argument {
  const argument = new Argument('<shell>', SHELLS.join(', ')).argParser(oneOf('the shell', SHELLS))
  argument.argChoices = [...SHELLS]
  return argument
}

/** `completion`: made from the commands themselves, so that it never lags behind. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell: bash, zsh or fish')
    .addArgument(shellArgument())
    .addHelpText('after', HELP)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionScript } = await import('../completion-script.ts')
      process.stdout.write(completionScript(program, shell))
    })
}
