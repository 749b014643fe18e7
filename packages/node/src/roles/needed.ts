import { NodeError } from '../errors.ts'
import type { NodeInit } from '../options.ts'
import type { Need, Role } from './role.ts'

const EXPECTED: Readonly<Record<Need, string>> = {
  owner: 'the trusted node it belongs to',
  pepper: 'the 32 bytes that all trusted nodes share',
  dataDir: 'a folder for its records'
}

/** A value that a role cannot run without. Throws NodeError `bad-option` if it was not given. */
export function needed<K extends Need>(init: NodeInit, name: K, { noun }: Pick<Role, 'noun'>): NonNullable<NodeInit[K]> {
  const value = init[name]
  if (value == null) throw new NodeError('bad-option', { found: `${noun} without ${name}`, expected: EXPECTED[name], remedy: 'give one' })
  return value
}
