import fc from 'fast-check'
import { readSchema } from './schema.ts'
import type { messages } from '../../src/index.ts'
import type { Field } from './schema.ts'

export const schema = readSchema()

export type MessageName = keyof typeof messages

/** `registryRequest` is declared as `RegistryRequest`. */
export function declaredAs(name: string): readonly Field[] {
  const fields = schema.get(name[0]!.toUpperCase() + name.slice(1))
  if (fields == null) throw new Error(`no message of src/*.proto is called ${name}`)
  return fields
}

function scalar(type: string): fc.Arbitrary<unknown> | undefined {
  const scalars: Record<string, fc.Arbitrary<unknown>> = {
    uint32: fc.nat({ max: 0xffffffff }),
    uint64: fc.maxSafeNat(),
    double: fc.double({ noNaN: true }).map(value => value + 0), // -0 travels as 0
    bool: fc.boolean(),
    string: fc.string({ maxLength: 12, unit: 'grapheme' }),
    bytes: fc.uint8Array({ maxLength: 12 })
  }
  return scalars[type]
}

/** Any message of this type, small enough for every limit. */
export function anyMessage(fields: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      fields.map(field => {
        const one = scalar(field.type) ?? anyMessage(declaredAs(field.type))
        return [field.name, field.repeated ? fc.array(one, { maxLength: 3 }) : one]
      })
    ),
    { noNullPrototype: true, requiredKeys: fields.filter(({ optional }) => !optional).map(({ name }) => name) }
  )
}

/** A field inside a message, with the fields that lead there. */
export interface Path {
  readonly name: string
  readonly through: readonly Field[]
  readonly field: Field
}

/** Every repeated field that a message can hold, however deep. */
export function repeatedFields(fields: readonly Field[], through: readonly Field[] = []): Path[] {
  return fields.flatMap(field => [
    ...(field.repeated ? [{ name: [...through, field].map(({ name }) => name).join('.'), through, field }] : []),
    ...(schema.has(field.type) ? repeatedFields(declaredAs(field.type), [...through, field]) : [])
  ])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/** The bytes of a message that holds nothing but `count` empty entries of that field. */
export function encodedEntries({ through, field }: Path, count: number): Uint8Array {
  const isNumber = field.type === 'uint32'
  let bytes = Array.from({ length: count }, () => [...varint(field.number * 8 + (isNumber ? 0 : 2)), 0]).flat()
  for (const outer of through.toReversed()) bytes = [...varint(outer.number * 8 + 2), ...varint(bytes.length), ...bytes]
  return Uint8Array.from(bytes)
}
