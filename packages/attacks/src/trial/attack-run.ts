import type { Clock, Rng } from '@peerwatch/model'
import type { Attacker } from './attacker.ts'
import type { GroundNetwork, GroundNetworkInit } from './ground-network.ts'

/** An attack on a real network, and what must come of it: a row of `ATTACKS`, and of the table of docs/threat-model.md. */
export interface AttackRun {
  /** The name in `npm run attacks -- NAME`. */
  readonly name: string
  /** One sentence. */
  readonly does: string
  /** About how long the attack takes. The short ones are tried first. Default `seconds`. */
  readonly takes?: 'seconds' | 'windows' | 'minutes'
  /** Set if its network is of no more use afterwards. The next attack then gets a new one. */
  readonly damages?: boolean
  /** May throw. Then its row fails, with the message. */
  readonly run: (ground: Ground) => Promise<AttackOutcome>
}

/** What came of it, in short plain sentences with figures. */
export interface AttackOutcome {
  /** What it cost the attacker. */
  readonly cost: string
  /** What it did to the network. */
  readonly effect: string
  /** What ended it; if nothing did, what bounds it. */
  readonly endedBy: string
  /** Whether the network did what docs/threat-model.md promises. */
  readonly pass: boolean
}

/** What an attack is given. */
export interface Ground {
  readonly seed: number
  /** The random numbers of that seed. */
  readonly rng: Rng
  readonly clock: Clock
  /**
   * A real network on loopback, all of whose nodes are ready. Default: 2 seeds, 3 trusted nodes with a watcher each, and 5 peers, of the preset `demo`.
   *
   * If an earlier attack asked for the same network, this one gets it too. A network with `nodeInit` is this attack's own.
   */
  readonly network: (init?: GroundNetworkInit) => Promise<GroundNetwork>
  /** A libp2p host of that network without any of Peerwatch's manners. It stops after the attack. It may announce an address at which it is not. */
  readonly attacker: (network: GroundNetwork, key?: Attacker['key'], announce?: readonly string[]) => Promise<Attacker>
  /** Says on stderr what is going on. */
  readonly say: (line: string) => void
}
