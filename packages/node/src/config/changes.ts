import { isDeepStrictEqual } from 'node:util'
import { findOption } from './table.ts'
import type { Role } from '../roles/index.ts'
import type { Config } from './resolve-config.ts'
import type { OptionName } from './table.ts'

export interface Change {
  readonly name: OptionName
  /** Absent where it is the default that depends on something else. */
  readonly from?: unknown
  readonly to?: unknown
}

/** The differences between two readings, split by whether they can change at run time. */
export interface Changes {
  readonly live: readonly Change[]
  readonly restart: readonly Change[]
}

function isLive({ name }: Change): boolean {
  return findOption(name).live === true
}

export function changesBetween(before: Config, after: Config, role: Pick<Role, 'options'>): Changes {
  const changes = before
    .settings(role)
    .map(({ name, value }): Change => ({ name, from: value, to: after.setting(name).value }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to))
  return { live: changes.filter(isLive), restart: changes.filter(change => !isLive(change)) }
}
