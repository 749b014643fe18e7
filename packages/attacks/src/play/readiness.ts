import { players } from './roles.ts'
import type { Role } from './roles.ts'
import type { HostFacts } from './thread-messages.ts'

/** A player with fewer neighbours would play to nobody: half of what a node aims at. */
const LEAST_LINKS = 4

/** Players that cannot begin: not registered, with too few neighbours, or without a trusted node that takes their reports. */
export function unready(roles: readonly Role[], factsOf: (name: string) => HostFacts | undefined): string[] {
  return players(roles)
    .map(({ name }) => name)
    .filter(name => {
      const known = factsOf(name)
      return known == null || !known.isRegistered || known.linksCount < LEAST_LINKS || !known.hasEntry
    })
}
