import { wholeNumber } from '../parse-option.ts'
import type { Command } from 'commander'
import type { DemoOptions } from '../demo/options.ts'

const EXAMPLES = `
Examples:
  $ peerwatch demo
  $ peerwatch demo --seed 7 --keep
  $ peerwatch demo --json | jq .evictions

Exit code 0 only if the dead peer was removed, corrupter and flooder were evicted everywhere, and nobody else was;
3 if this machine was too busy to show it within 3 minutes.`

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('run a whole network on this machine, with peers that misbehave, and see it find them')
    .option(
      '--seed <number>',
      'repeat the choices of the run with this number (default: a random one, which is printed)',
      wholeNumber('--seed', 0, 2 ** 32 - 1)
    )
    .option('--keep', 'go on running after the result')
    .option('--verbose', 'show the constants that the hosts go by too')
    .option('--json', 'put one object on stdout and logs on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('../demo/run-demo.ts')
      process.exitCode = await runDemo(options)
    })
}
