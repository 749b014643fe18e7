import type { Command, Option } from 'commander'

interface Word {
  readonly text: string
  readonly about: string
  /** Of an option: what may follow it; undefined where it stands alone. */
  readonly values?: readonly string[]
  readonly takesFile?: boolean
}

interface Entry {
  /** The command, or commands, that come first: `guest add`; empty for the program itself. */
  readonly path: string
  readonly words: readonly Word[]
}

const PATH_PLACEHOLDERS = /<(folder|file|directory)>/

function optionWord(option: Option): Word {
  const takesValue = option.required || option.optional
  return {
    text: option.long ?? option.flags,
    about: option.description,
    ...(takesValue && { values: option.argChoices ?? [], takesFile: PATH_PLACEHOLDERS.test(option.flags) })
  }
}

function commandWord(command: Command): Word {
  return { text: command.name(), about: command.description() }
}

/** Every command with what may follow it; hidden options are left out. */
function entries(command: Command, path: string): Entry[] {
  const options = command.options.filter(({ hidden }) => !hidden).map(optionWord)
  const argument = command.registeredArguments[0]
  const values = (argument?.argChoices ?? []).map(text => ({ text, about: argument?.description ?? '' }))
  const words = [...command.commands.map(commandWord), ...values, ...options, { text: '--help', about: 'display help for command' }]
  return [{ path, words }, ...command.commands.flatMap(each => entries(each, `${path} ${each.name()}`.trim()))]
}

/** The script that a shell reads; all its words come from our own commands. */
export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const all = entries(program, '')
  if (shell === 'bash') return bash(all)
  return shell === 'zsh' ? zsh(all) : fish(all)
}

function withValues(all: readonly Entry[]): { readonly path: string; readonly word: Word }[] {
  return all.flatMap(({ path, words }) => words.filter(({ values }) => values != null).map(word => ({ path, word })))
}

/** The words typed so far that are commands, joined: what the tables below are keyed by. */
function findPath(all: readonly Entry[]): string[] {
  return all.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`)
}

function bash(all: readonly Entry[]): string {
  const byValue = withValues(all).map(({ path, word: { text, values = [], takesFile } }) =>
    takesFile === true
      ? `    "${path} ${text}") COMPREPLY=($(compgen -f -- "$word")); return ;;`
      : `    "${path} ${text}") COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$word")); return ;;`
  )
  const byPath = all.map(({ path, words }) => `    "${path}") COMPREPLY=($(compgen -W "${words.map(({ text }) => text).join(' ')}" -- "$word")) ;;`)
  return `# bash completion of peerwatch; made by \`peerwatch completion bash\`
_peerwatch() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" each
  # a colon breaks words in bash: events are completed from behind it
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$each" in
      ${findPath(all).join('|')}) path="\${path:+$path }$each" ;;
    esac
  done
  case "$path $previous" in
${byValue.join('\n')}
  esac
  case "$path" in
${byPath.join('\n')}
  esac
}
complete -o filenames -o bashdefault -F _peerwatch peerwatch
`
}

function zshText(text: string): string {
  return text.replaceAll(/['\\]/g, '').replaceAll(':', '\\:').replaceAll('`', '')
}

function zsh(all: readonly Entry[]): string {
  const byValue = withValues(all).map(({ path, word: { text, values = [], takesFile } }) =>
    takesFile === true
      ? `    "${path} ${text}") _files; return ;;`
      : `    "${path} ${text}") ${values.length === 0 ? '' : `compadd -- ${values.join(' ')}; `}return ;;`
  )
  const byPath = all.map(({ path, words }) => `    "${path}") found=(${words.map(({ text, about }) => `'${text}:${zshText(about)}'`).join(' ')}) ;;`)
  return `#compdef peerwatch
# zsh completion of peerwatch; made by \`peerwatch completion zsh\`
_peerwatch() {
  local path_so_far="" each previous="\${words[CURRENT-1]}"
  local -a found
  for each in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_so_far:+$path_so_far }$each" in
      ${findPath(all).join('|')}) path_so_far="\${path_so_far:+$path_so_far }$each" ;;
    esac
  done
  case "$path_so_far $previous" in
${byValue.join('\n')}
  esac
  case "$path_so_far" in
${byPath.join('\n')}
  esac
  _describe 'peerwatch' found
}
if [ "$funcstack[1]" = "_peerwatch" ]; then _peerwatch "$@"; else compdef _peerwatch peerwatch; fi
`
}

function fishText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '')}'`
}

/** True when exactly these commands were typed, so far. */
function fishCondition(path: string, subcommands: readonly string[]): string {
  if (path === '') return '__fish_use_subcommand'
  const seen = path.split(' ').map(word => `__fish_seen_subcommand_from ${word}`)
  return [...seen, ...(subcommands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${subcommands.join(' ')}`])].join('; and ')
}

function fish(all: readonly Entry[]): string {
  const lines = all.flatMap(({ path, words }) => {
    const depth = path === '' ? 0 : path.split(' ').length
    const below = all
      .filter(entry => entry.path.startsWith(`${path} `) && entry.path.split(' ').length === depth + 1)
      .map(entry => entry.path.split(' ').at(-1) ?? '')
    const condition = fishCondition(path, path === '' ? [] : below)
    return words.map(({ text, about, values, takesFile }) => {
      const what = text.startsWith('--') ? `-l ${text.slice(2)}` : `-a ${text}`
      const value = values == null ? '' : takesFile === true ? ' -r -F' : ` -x${values.length === 0 ? '' : ` -a ${fishText(values.join(' '))}`}`
      return `complete -c peerwatch -n '${condition}' ${what}${value} -d ${fishText(about)}`
    })
  })
  return `# fish completion of peerwatch; made by \`peerwatch completion fish\`\ncomplete -c peerwatch -f\n${lines.join('\n')}\n`
}
