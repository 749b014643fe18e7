import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import tab from '@bomb.sh/tab'
import { Help } from 'commander'
import type { Command } from 'commander'

type Say = (value: string, about: string) => void
/** Says which values an option or argument may have. */
type Values = (say: Say) => void

const PATH_PLACEHOLDERS = /<(folder|file|directory)>/
const PEER_PLACEHOLDER = /<peer>/
/** A shell takes this for one plain word. The scripts put such words into lists that bash expands. */
const PLAIN_WORD = /^[\w./:+@-]+$/

/** The script of bash counts on a function of the package bash-completion, which not everybody has. */
const BASH_WITHOUT_PACKAGE = `
if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD; }
fi`

export function printScript(shell: 'bash' | 'zsh' | 'fish' | 'powershell'): void {
  tab.setup('peerwatch', 'peerwatch', shell)
  if (shell === 'bash') console.log(BASH_WITHOUT_PACKAGE)
}

/** Files and folders that begin with what was typed. */
function filesLike(typed: string): Values {
  return say => {
    const folder = typed.endsWith('/') ? typed : dirname(typed)
    const shown = typed.includes('/') ? (path: string): string => join(folder, path) : (path: string): string => path
    const begun = typed.endsWith('/') ? '' : basename(typed)
    try {
      for (const entry of readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })) {
        if (!entry.name.startsWith(begun) || (begun === '' && entry.name.startsWith('.'))) continue
        if (PLAIN_WORD.test(entry.name)) say(`${shown(entry.name)}${entry.isDirectory() ? '/' : ''}`, '')
      }
    } catch {
      // a folder that is not there offers nothing
    }
  }
}

function choices(words: readonly string[]): Values {
  return say => {
    for (const word of words) say(word, '')
  }
}

/** The command that the words name, as far as they do. */
function commandOf(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => command.commands.find(each => each.name() === word) ?? command, program)
}

function wantsPeers(command: Command): boolean {
  return command.registeredArguments.some(argument => argument.name() === 'peer') || command.options.some(({ flags }) => PEER_PLACEHOLDER.test(flags))
}

/** The word after `--data`. */
function dataOf(words: readonly string[]): string | undefined {
  const at = words.lastIndexOf('--data')
  return at < 0 || at >= words.length - 2 ? process.env['PEERWATCH_DATA'] : words[at + 1]
}

/** The peers that the running node knows. None runs: none are offered. */
async function peersOf(command: Command, words: readonly string[]): Promise<Values> {
  if (!wantsPeers(command)) return () => {}
  const { knownPeers } = await import('./known-peers.ts')
  const known = await knownPeers(dataOf(words))
  return say => {
    for (const { peer, about } of known) say(peer, about)
  }
}

interface Offers {
  readonly peers: Values
  readonly files: Values
}

/** Gives the values that may follow. Undefined if a switch stands alone. */
function valuesOf(flags: string, argChoices: readonly string[] | undefined, { peers, files }: Offers): Values {
  if (argChoices != null && argChoices.length > 0) return choices(argChoices)
  if (PEER_PLACEHOLDER.test(flags)) return peers
  return PATH_PLACEHOLDERS.test(flags) ? files : () => {}
}

/** Tells the library of a command and those below it; hidden ones are left out. */
function describe(command: Command, path: string, offers: Offers): void {
  const help = new Help()
  const target = path === '' ? tab : tab.command(path, command.description())
  for (const option of help.visibleOptions(command)) {
    const name = (option.long ?? option.flags).replace(/^--/, '')
    const alias = option.short?.slice(1)
    if (option.required || option.optional) target.option(name, option.description, valuesOf(option.flags, option.argChoices, offers), alias)
    else if (alias == null) target.option(name, option.description)
    else target.option(name, option.description, alias)
  }
  for (const argument of command.registeredArguments) {
    target.argument(argument.name(), valuesOf(`<${argument.name()}>`, argument.argChoices, offers), argument.variadic)
  }
  for (const each of help.visibleCommands(command)) describe(each, `${path} ${each.name()}`.trim(), offers)
}

/** Prints what may stand in place of the last word, for the script of a shell. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const command = commandOf(program, words.slice(0, -1))
  describe(program, '', { peers: await peersOf(command, words), files: filesLike(words.at(-1) ?? '') })
  tab.parse([...words])
}
