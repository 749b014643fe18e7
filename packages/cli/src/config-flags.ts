import { expectation, findOption, flagOf, OPTION_NAMES } from '@peerwatch/node/config'
import { Option } from 'commander'
import { each } from './parse-option.ts'
import { quoted, UsageError } from './usage-error.ts'
import type { Flags, Kind, OptionName } from '@peerwatch/node/config'
import type { Role } from '@peerwatch/node/roles'
import type { Command } from 'commander'

/** The flags as commander read them, with those that no table has. */
export interface ConfigFlags {
  /** The YAML file. */
  readonly config?: string
}

function parsed<T>(flag: string, kind: Kind<T>, text: string): T {
  const value = kind.read(kind.fromText(text))
  if (value !== undefined) return value
  throw new UsageError(`${flag} is ${quoted(text)}`, expectation(kind, text))
}

function describe(name: OptionName): string {
  const { about, default: value, defaultText } = findOption(name)
  const text = defaultText ?? (Array.isArray(value) ? 'none' : String(value))
  return `${about} (default: ${text})`
}

function valueOption(name: OptionName): Option {
  const { kind, placeholder = 'value', isHidden } = findOption(name)
  const flag = flagOf(name)
  const { item } = kind
  const option = new Option(`${flag} <${placeholder}>`, describe(name)).hideHelp(isHidden === true)
  if (kind.choices.length > 0) option.argChoices = [...kind.choices]
  return item == null ? option.argParser((text: string) => parsed(flag, kind, text)) : option.argParser(each((text: string) => parsed(flag, item, text)))
}

function switchOptions(name: OptionName): Option[] {
  const word = flagOf(name).slice(2)
  const [yes, no] = [new Option(`--${word}`), new Option(`--no-${word}`, findOption(name).aboutNot ?? describe(name))]
  return [yes.hideHelp(), no]
}

/** Gives a command the flags of a role's options, or of all options, and `--config`. */
export function addConfigFlags(command: Command, role?: Role): void {
  command.addOption(new Option('--config <file>', 'YAML file with options; PEERWATCH_* variables and flags win over it').env('PEERWATCH_CONFIG'))
  for (const name of OPTION_NAMES) {
    const { kind, set } = findOption(name)
    if (role != null && !role.options.includes(set)) continue
    const options = kind.schema['type'] === 'boolean' ? switchOptions(name) : [valueOption(name)]
    for (const option of options) command.addOption(option)
  }
}

/** commander's name for a flag. */
function attribute(name: OptionName): string {
  return new Option(flagOf(name)).attributeName()
}

/** The flags that were given, by option. */
export function configFlags(options: object): Flags {
  const given = new Map(Object.entries(options))
  return Object.fromEntries(OPTION_NAMES.map(name => [name, given.get(attribute(name)) as unknown]).filter(([, value]) => value !== undefined)) as Flags
}
