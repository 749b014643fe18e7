import { ENTRY } from './options/entry.ts'
import { EVERY_NODE } from './options/every-node.ts'
import { GOSSIP } from './options/gossip.ts'
import { NEIGHBOURS } from './options/neighbours.ts'
import { REGISTRY } from './options/registry.ts'
import { REPORTING } from './options/reporting.ts'
import { WATCHING } from './options/watching.ts'
import type { Kind } from './kind.ts'
import type { Option, Options } from './option.ts'

/**
 * Every option of a node that runs, in the order in which people meet them. Flags, `PEERWATCH_*` variables, the check of the file,
 * config.schema.json and docs/configuration.md are made from this table alone; defaults of limits equal those of the services (tested).
 */
export const OPTIONS = Object.freeze({
  ...EVERY_NODE,
  ...NEIGHBOURS,
  ...WATCHING,
  ...GOSSIP,
  ...REGISTRY,
  ...REPORTING,
  ...ENTRY
} satisfies Options)

export type OptionName = keyof typeof OPTIONS
export type OptionValue<K extends OptionName> = (typeof OPTIONS)[K] extends { readonly kind: Kind<infer T> } ? T : never

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[]

export function findOption(name: OptionName): Option {
  return OPTIONS[name]
}

function kebab(text: string): string {
  return text.replaceAll('.', '-').replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `--http-port` of `http.port`. */
export function flagOf(name: OptionName): string {
  return `--${findOption(name).flag ?? kebab(name)}`
}

/** `PEERWATCH_HTTP_PORT` of `http.port`. */
export function variableOf(name: OptionName): string {
  return findOption(name).variable ?? `PEERWATCH_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`
}
