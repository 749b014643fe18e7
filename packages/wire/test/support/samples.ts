import { declaredAs, schema } from './messages.ts'
import type { Field } from './schema.ts'

type Values = Readonly<Record<string, unknown>>

/** A message with every field filled: numbers tell their field, each list has two entries. */
export function sample(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.map(field => [field.name, field.repeated ? [sampleOf(field, 1), sampleOf(field, 2)] : sampleOf(field, 1)]))
}

function sampleOf({ type, number, name }: Field, entry: number): unknown {
  const scalars: Record<string, unknown> = {
    uint32: 2 ** 32 - number - entry,
    uint64: 2 ** 53 - number - entry,
    double: number + entry / 4,
    bool: true,
    string: `${name} ${entry} – ü`,
    bytes: Uint8Array.from([0, number, entry, 255])
  }
  return scalars[type] ?? sample(declaredAs(type))
}

function isEmpty(value: unknown): boolean {
  return value == null || value === 0 || value === '' || value === false || (value as { length?: number }).length === 0
}

/** The JSON form that protobuf itself defines: bytes in base64, 64-bit numbers as text, nothing that is empty. */
export function toProtoJson(fields: readonly Field[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter(({ name, optional }) => (optional ? values[name] != null : !isEmpty(values[name])))
      .map(field => [field.name, field.repeated ? (values[field.name] as unknown[]).map(value => jsonOf(field, value)) : jsonOf(field, values[field.name])])
  )
}

function jsonOf({ type }: Field, value: unknown): unknown {
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
  if (type === 'uint64') return String(value)
  return schema.has(type) ? toProtoJson(declaredAs(type), value as Values) : value
}
