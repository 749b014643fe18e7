import { findOption, flagOf, OPTION_NAMES, variableOf } from './table.ts'
import type { OptionName } from './table.ts'

type Schema = Record<string, unknown>

function optionSchema(name: OptionName): Schema {
  const { kind, unit, about, raised, lowered, default: value, defaultText, live } = findOption(name)
  const sentences = [
    `${about}${unit == null ? '' : ` (${unit})`}.`,
    ...(raised == null ? [] : [`Raised: ${raised}.`]),
    ...(lowered == null ? [] : [`Lowered: ${lowered}.`]),
    ...(defaultText == null ? [] : [`Default: ${defaultText}.`]),
    `${flagOf(name)}, ${variableOf(name)}.`,
    live === true ? 'Can change at run time.' : 'Needs a restart.'
  ]
  return { ...kind.schema, description: sentences.join(' '), ...(value !== undefined && { default: value }) }
}

/** JSON Schema of the configuration file, for editors. */
export function configSchema(): Schema {
  const groups: Record<string, Schema> = {}
  const properties: Record<string, unknown> = { $schema: { type: 'string', description: 'Where this schema lies, for editors; the node looks away.' } }
  for (const name of OPTION_NAMES) {
    const [group, key] = name.split('.')
    if (group == null || key == null) {
      properties[name] = optionSchema(name)
      continue
    }
    const inner = (groups[group] ??= {})
    inner[key] = optionSchema(name)
    properties[group] = { type: 'object', additionalProperties: false, properties: inner }
  }
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Peerwatch node', type: 'object', additionalProperties: false, properties }
}
