import { players } from './roles.ts'
import type { PlayRole } from './roles.ts'
import type { HostFacts } from './thread-messages.ts'

/** Half of what a node aims at. A player with fewer neighbours would misbehave to nobody. */
const LEAST_LINKS = 4

/** Players that cannot begin: not registered, with too few neighbours, or without a trusted node that takes their reports. */
export function unready(roles: readonly PlayRole[], factsOf: (name: string) => HostFacts | undefined): string[] {
  return players(roles)
    .map(({ name }) => name)
    .filter(name => {
      const known = factsOf(name)
      return known == null || !known.isRegistered || known.linksCount < LEAST_LINKS || !known.hasEntry
    })
}
