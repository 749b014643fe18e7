import { relative } from 'node:path'
import { shellWord } from '../shell-word.ts'
import { fields } from '../table.ts'
import { pageOf, say } from '../terminal.ts'
import { uninterrupted } from '../uninterrupted.ts'
import type { Command } from 'commander'

interface NewAppFlags {
  readonly network?: string
  readonly packages?: string
  readonly json?: true
}

const HELP = `
Examples:
  $ peerwatch new app my-app                                # with a network of its own to try it in
  $ peerwatch new app my-app --network my-network/public    # in a network that runs
  $ peerwatch new app my-app --packages build/pack          # with the packages that \`npm run packages\` made`

const WORDS: Readonly<Record<string, string>> = {
  'main.ts': 'the application: a libp2p node, a topic, Peerwatch',
  'devnet.ts': 'a network to try it in, in one process',
  'network.json': 'whom it trusts: from whoever runs the network',
  'package.json': 'what it needs',
  'tsconfig.json': 'for the compiler and the editor'
}

/** `new app`: an application of its own to begin with. */
export function addNewCommand(program: Command): void {
  program
    .command('new')
    .description('begin an application of your own')
    .addHelpText('after', HELP)
    .command('app')
    .description('write an application that embeds Peerwatch and runs')
    .argument('<directory>', 'where to; a new or empty folder')
    .option('--network <path>', 'network.json or its folder (default: the application gets a network of its own to try it in)')
    .option(
      '--packages <folder>',
      'install Peerwatch from the packed tarballs there (default: from those of the clone that this is run from, else from the registry)'
    )
    .option('--json', 'say what was written as one object on stdout')
    .addHelpText('after', HELP)
    .action(async (directory: string, { json, ...options }: NewAppFlags) => {
      const { newApp } = await import('../new-app.ts')
      const { files, packIn } = await uninterrupted(async () => newApp({ directory, ...options }))
      if (json === true) {
        console.log(JSON.stringify({ directory, files }))
        return
      }
      const page = pageOf(process.stdout)
      const packing = packIn == null ? [] : [`npm --prefix ${shellWord(packIn)} run packages      # they are not published yet`]
      const steps = [...packing, 'npm install', ...(files.includes('devnet.ts') ? ['npm run devnet      # and, in another terminal:'] : []), 'npm start']
      say(
        [
          fields(
            files.flatMap((name): [string, string][] => (WORDS[name] == null ? [] : [[name, WORDS[name]]])),
            page
          ),
          '',
          page.paint('bold', `Try next, in ${relative('', directory) || '.'}, with Node 22.18 or newer`),
          ...steps.map(step => `  ${step}`)
        ].join('\n')
      )
    })
}
