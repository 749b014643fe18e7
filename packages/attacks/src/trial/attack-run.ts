import type { Clock, Rng } from '@peerwatch/model'
import type { Attacker } from './attacker.ts'
import type { GroundNetwork, GroundNetworkInit } from './ground-network.ts'

/** An attack on a real network: who does what, and what must come of it. A row of `ATTACKS`, and of the table of docs/threat-model.md. */
export interface AttackRun {
  /** As `npm run attacks -- NAME` has it. */
  readonly name: string
  /** One sentence. */
  readonly does: string
  /** About how long it goes on; the short ones are tried first. Default `seconds`. */
  readonly takes?: 'seconds' | 'windows' | 'minutes'
  /** Its network is of no more use afterwards: the next attack gets a new one. */
  readonly damages?: boolean
  /** May throw: its row fails then, with the message. */
  readonly run: (ground: Ground) => Promise<AttackOutcome>
}

/** What came of it, in short plain sentences with figures. */
export interface AttackOutcome {
  /** What it cost the attacker. */
  readonly cost: string
  /** What it did to the network. */
  readonly effect: string
  /** What ended it; where nothing did, what bounds it. */
  readonly endedBy: string
  /** Whether the network did what docs/threat-model.md promises. */
  readonly pass: boolean
}

/** What an attack is given. */
export interface Ground {
  readonly seed: number
  /** Of that seed. */
  readonly rng: Rng
  readonly clock: Clock
  /**
   * A real network on loopback, all of whose nodes are ready. Default: 2 seeds, 3 trusted nodes with a watcher each, and 5 peers, of the preset `demo`.
   *
   * One that an earlier attack asked for in the same words is used again; one with `nodeInit` is this attack's own.
   */
  readonly network: (init?: GroundNetworkInit) => Promise<GroundNetwork>
  /** A libp2p host of that network without any of Peerwatch's manners; stopped after the attack. It may announce that it is elsewhere. */
  readonly attacker: (network: GroundNetwork, key?: Attacker['key'], announce?: readonly string[]) => Promise<Attacker>
  /** Says what is going on, on stderr. */
  readonly say: (line: string) => void
}
