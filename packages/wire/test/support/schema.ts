import { readFileSync, globSync } from 'node:fs'

/** A field as a `.proto` file declares it. */
export interface Field {
  readonly name: string
  readonly number: number
  readonly type: string
  readonly repeated: boolean
  readonly optional: boolean
}

export type Schema = ReadonlyMap<string, readonly Field[]>

const MESSAGE = /^message (\w+) \{\n([^}]*)\}/gm
const FIELD = /^ {2}(?:(repeated|optional) )?(\w+) (\w+) = (\d+)(?: \[[^\]]*\])?;/gm

/** The messages of all `.proto` files of this package: tests are drawn from what is declared, so that no field is forgotten. */
export function readSchema(): Schema {
  const schema = new Map<string, Field[]>()
  for (const file of globSync(new URL('../../src/*.proto', import.meta.url).pathname)) {
    for (const [, message = '', body = ''] of readFileSync(file, 'utf8').matchAll(MESSAGE)) {
      schema.set(
        message,
        [...body.matchAll(FIELD)].map(([, label, type = '', name = '', number]) => ({
          name,
          number: Number(number),
          type,
          repeated: label === 'repeated',
          optional: label === 'optional'
        }))
      )
    }
  }
  return schema
}
