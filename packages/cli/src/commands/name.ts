import { peerId } from '../parse-option.ts'
import { say } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'

interface NameFlags {
  readonly remove?: true
  readonly json?: true
}

const HELP = `
Names are yours alone: they are kept in ~/.config/peerwatch/names.json (or below XDG_CONFIG_HOME), told to nobody, and shown by every
command beside the peer's id. Commands that only read take them in place of an id. Trusted nodes and seeds have names that the
authority signed; yours goes before it.

Examples:
  $ peerwatch name                               list them
  $ peerwatch name 12D3Koo… "the old laptop"
  $ peerwatch name 12D3Koo… --remove
  $ peerwatch standing "the old laptop"`

/** `name`: what this user calls peers. Asks no node. */
export function addNameCommand(program: Command): void {
  program
    .command('name')
    .description('give a peer a name of your own, kept on this machine, or list those you gave')
    .argument('[peer]', "its whole peer id: a beginning can be another peer's too", peerId)
    .argument('[name]', '1-40 letters and digits, with spaces, dots, - and _ between them')
    .option('--remove', 'take the name back')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (peer: string | undefined, name: string | undefined, { remove, json }: NameFlags) => {
      const { isPetname, NAME_EXPECTED, readPetnames, writePetname } = await import('../petnames.ts')
      if (name != null && remove === true) throw new UsageError('a name and --remove', 'one of them', 'leave the name out')
      if (peer == null && remove === true) throw new UsageError('--remove without a peer', 'its peer id', '`peerwatch name` lists them')
      if (name != null && !isPetname(name)) throw new UsageError(`the name is ${JSON.stringify(name)}`, NAME_EXPECTED)
      if (peer != null && (name != null || remove === true)) await writePetname(peer, name)
      const names = await readPetnames()
      const shown = peer == null ? [...names] : [...names].filter(([known]) => known === peer)
      if (json === true) console.log(JSON.stringify({ names: shown.map(([its, called]) => ({ peer: its, name: called })) }))
      else if (shown.length > 0) say(shown.map(pair => pair.join('  ')).join('\n'))
      else say(peer == null ? 'no names yet' : `${peer} has no name`)
    })
}
