import { nearest } from '@peerwatch/model'
import { NodeError } from '../errors.ts'
import { expectation } from './kind.ts'
import { findOption, flagOf, OPTION_NAMES, variableOf } from './table.ts'
import type { Role } from '../roles/index.ts'
import type { ConfigFile, Place } from './config-file.ts'
import type { OptionName, OptionValue } from './table.ts'

/** Where a value came from. */
export type Source =
  | { readonly kind: 'default' }
  | ({ readonly kind: 'file' } & Place)
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }

export interface Setting {
  readonly name: OptionName
  /** Undefined where nobody says and the default depends on something else. */
  readonly value: unknown
  readonly source: Source
}

/** Flags as they were given, by option. */
export type Flags = { readonly [K in OptionName]?: OptionValue<K> }

export interface ConfigInit {
  readonly file?: ConfigFile | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly flags: Flags
}

/** The options of one node: every value, and who set it. */
export interface Config {
  readonly get: <K extends OptionName>(name: K) => OptionValue<K> | undefined
  /** Undefined where it is the default. */
  readonly given: <K extends OptionName>(name: K) => OptionValue<K> | undefined
  readonly setting: (name: OptionName) => Setting
  /** The settings of a role; of all roles without one. */
  readonly settings: (role?: Pick<Role, 'options'>) => Setting[]
}

/** Variables that are no option of a node, but ours. */
const OTHER_VARIABLES = ['PEERWATCH_CONFIG']

/** Puts file, variables and flags together; the later wins. Throws NodeError `bad-option` for a variable that does not fit, or values that exclude each other. */
export function resolveConfig({ file, env, flags }: ConfigInit): Config {
  const settings = new Map<OptionName, Setting>()
  for (const name of OPTION_NAMES) {
    const fromFile = file?.values.get(name)
    const fromEnv = readVariable(name, env)
    const fromFlag = flags[name]
    const setting: Omit<Setting, 'name'> =
      fromFlag !== undefined
        ? { value: fromFlag, source: { kind: 'flag', name: flagOf(name) } }
        : fromEnv !== undefined
          ? { value: fromEnv, source: { kind: 'env', name: variableOf(name) } }
          : fromFile !== undefined
            ? { value: fromFile.value, source: { kind: 'file', ...fromFile.place } }
            : { value: findOption(name).default, source: { kind: 'default' } }
    settings.set(name, { name, ...setting })
  }
  const setting = (name: OptionName): Setting => settings.get(name)!
  for (const name of weaker(setting('listen'), setting('listenPort')))
    settings.set(name, { name, value: findOption(name).default, source: { kind: 'default' } })
  checkOrder(setting('targetDegree'), setting('maxDegree'))
  checkOrder(setting('reporting.leastBackoffMs'), setting('reporting.mostBackoffMs'))
  return {
    get: <K extends OptionName>(name: K) => setting(name).value as OptionValue<K> | undefined,
    given: <K extends OptionName>(name: K) => (setting(name).source.kind === 'default' ? undefined : (setting(name).value as OptionValue<K>)),
    setting,
    settings: role => [...settings.values()].filter(({ name }) => role == null || role.options.includes(findOption(name).set))
  }
}

/** An empty variable counts as none: that is how compose files and shells leave one out. */
function readVariable(name: OptionName, env: ConfigInit['env']): unknown {
  const variable = variableOf(name)
  const text = env[variable]
  if (text == null || text === '') return undefined
  const { kind } = findOption(name)
  const value = kind.read(kind.fromText(text))
  if (value !== undefined) return value
  throw new NodeError('bad-option', {
    found: `the variable ${variable} is ${JSON.stringify(text.slice(0, 80))}`,
    expected: kind.item != null ? `${expectation(kind.item, text)}; several are separated by commas` : expectation(kind, text),
    remedy: 'change or unset it: `peerwatch config` lists all options'
  })
}

/** Variables that look like ours and mean nothing, with the one that was probably meant. */
export function unknownVariables(env: ConfigInit['env']): { readonly name: string; readonly like: string | undefined }[] {
  const known = [...OPTION_NAMES.map(variableOf), ...OTHER_VARIABLES]
  return Object.keys(env)
    .filter(name => name.startsWith('PEERWATCH_') && !known.includes(name))
    .map(name => ({ name, like: nearest(name, known) }))
}

/** `--target-degree`, `PEERWATCH_TARGET_DEGREE`, `FILE:3:1: targetDegree` or the option's name. */
export function nameOf({ name, source }: Setting): string {
  if (source.kind === 'file') return `${placeText(source)}: ${name}`
  return source.kind === 'default' ? name : source.name
}

export function placeText({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`
}

const STRENGTH: readonly Source['kind'][] = ['default', 'file', 'env', 'flag']

/** If two settings say one thing in two ways, the one that gives way. Undefined: one of them is not used. */
function weaker(one: Setting, other: Setting): OptionName[] {
  const by = STRENGTH.indexOf(one.source.kind) - STRENGTH.indexOf(other.source.kind)
  if (one.source.kind === 'default' || other.source.kind === 'default') return []
  if (by !== 0) return [by < 0 ? one.name : other.name]
  throw new NodeError('bad-option', {
    found: `${nameOf(one)} and ${nameOf(other)} both say where to listen`,
    expected: 'one of them',
    remedy: 'leave one out: the port can stand in the address'
  })
}

function checkOrder(lower: Setting, higher: Setting): void {
  if (typeof lower.value !== 'number' || typeof higher.value !== 'number' || lower.value <= higher.value) return
  // a default gives way to what was asked for, as the roster's own maximum does
  if (lower.source.kind === 'default') return
  throw new NodeError('bad-option', {
    found: `${nameOf(lower)} is ${lower.value}, above ${nameOf(higher)}, which is ${higher.value}`,
    expected: 'at most that',
    remedy: 'change one of them'
  })
}
