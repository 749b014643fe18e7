import { CAST_DEFAULTS, GOOD_WINDOWS, MOST_WINDOWS, PEERS_RANGE } from '@peerwatch/attacks/cast'
import { PRESETS } from '@peerwatch/model'
import { readBehaviours } from '../demo/read-behaviours.ts'
import { choice, wholeNumber } from '../parse-option.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { DemoOptions } from '../demo/options.ts'

const MOST_RUNS = 1_000

const EXAMPLES = `
Examples:
  $ peerwatch demo
  $ peerwatch demo --seed 7 --keep
  $ peerwatch demo --peers 20 --behaviour corrupts=2,floods=1
  $ peerwatch demo --behaviour none --repeat 10 --csv > runs.csv
  $ peerwatch demo --json | jq .evictions

Behaviours: \`peerwatch peer --help\` says what each does. Patience: ${GOOD_WINDOWS} windows that every host closes in time, ${MOST_WINDOWS} in all.

Exit code 0 only if all came about that the story promises (the dead removed, corrupters and flooders evicted everywhere, the
slandered acquitted) and nobody else was harmed; 3 if this machine was too busy to show it in ${MOST_WINDOWS} windows.`

export function addDemoCommand(program: Command): void {
  const { least, most } = PEERS_RANGE
  const misdeeds = Object.entries(CAST_DEFAULTS.misdeeds).map(([name, count]) => `${name}=${count}`)
  program
    .command('demo')
    .description('run a whole network on this machine, with peers that misbehave, and see it find them')
    .option(
      '--seed <number>',
      'repeat the choices of the run with this number (default: a random one, which is printed)',
      wholeNumber('--seed', 0, 2 ** 32 - 1)
    )
    .option('--peers <count>', `peers, those that misbehave too, ${least} to ${most} (default: ${CAST_DEFAULTS.peers})`, wholeNumber('--peers', least, most))
    .option(
      '--behaviour <names>',
      `which peers misbehave how, at most as many as are honest: NAME=COUNT, by commas, or none (default: ${misdeeds.join(',')})`,
      readBehaviours
    )
    .addOption(choice('--preset <name>', `constants of its network; longer windows take longer (default: ${CAST_DEFAULTS.preset})`, Object.keys(PRESETS)))
    .option('--repeat <count>', 'run it so often, each time with the next seed, and sum up', wholeNumber('--repeat', 1, MOST_RUNS))
    .option('--keep', 'go on running after the result')
    .option('--verbose', 'show the constants that the hosts go by too')
    .option('--json', 'put one object on stdout and logs on stderr')
    .option('--csv', 'put a row for each peer of each run on stdout and logs on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      if (options.json === true && options.csv === true) throw new UsageError('--json and --csv', 'one of them', 'leave one out')
      if (options.keep === true && options.repeat != null) throw new UsageError('--keep and --repeat', 'one of them', 'leave one out')
      const { runDemo } = await import('../demo/run-demo.ts')
      process.exitCode = await runDemo(options)
    })
}
