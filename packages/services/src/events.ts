import type { PeerId } from '@libp2p/interface'
import type { Dimension, EvictableDimension, Observation, WindowNumber } from '@peerwatch/model'

export type RegistryState = 'alone' | 'degraded' | 'registered'

/** Everything that a node tells its application; JSON lines, metrics and the live view are made from these. */
export interface PeerwatchEvents {
  /** A certificate took force here. */
  'peer:evicted': CustomEvent<{
    peer: PeerId
    dimension: EvictableDimension
    reason: string
    issuedAtMs: number
    expiresAtMs: number
    serial: number
    signers: PeerId[]
  }>
  'peer:reinstated': CustomEvent<{ peer: PeerId; reason: string }>
  /** The operator overrode an eviction, or took that back. */
  'peer:allowed': CustomEvent<{ peer: PeerId; allowed: boolean }>
  /** Seeds tested a dead peer and took it off the registry. */
  'peer:removed': CustomEvent<{ peer: PeerId; seeds: PeerId[]; window: WindowNumber }>
  'peer:goodbye': CustomEvent<{ peer: PeerId }>
  /** On seeds only. */
  'peer:registered': CustomEvent<{ peer: PeerId; group: string; isNew: boolean }>
  /** On seeds: a report of a dead peer came, and one of the tests of it ended. */
  'dead:reported': CustomEvent<{ peer: PeerId; by: PeerId }>
  'dead:tested': CustomEvent<{ peer: PeerId; tests: number; answered: boolean }>
  'registry:state': CustomEvent<{ state: RegistryState; seeds: PeerId[] }>
  'neighbour:connected': CustomEvent<{ peer: PeerId; direction: 'inbound' | 'outbound' }>
  /** The link is gone; `goodbye` tells a clean leave from one that stays under watch. */
  'neighbour:lost': CustomEvent<{ peer: PeerId; goodbye: boolean }>
  'neighbour:missed': CustomEvent<{ peer: PeerId; misses: number }>
  'neighbour:dead': CustomEvent<{ peer: PeerId; misses: number }>
  'neighbour:cut': CustomEvent<{ peer: PeerId; dimension: EvictableDimension; evidence: string; untilWindow: WindowNumber }>
  'window:closed': CustomEvent<{ window: WindowNumber; observations: Observation[] }>
  'report:acknowledged': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId }>
  'report:refused': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId; reason: string }>
  'entry:changed': CustomEvent<{ entry: PeerId | undefined }>
  'roster:changed': CustomEvent<{ version: number }>
  /** Something that the operator should look at: the node goes on. */
  alarm: CustomEvent<{ code: string; message: string }>
  /** A peer sent what no honest one sends. `what` is a word of docs/protocol.md. */
  'peer:fault': CustomEvent<{ peer: PeerId; protocol: string; what: string }>
  /** On trusted nodes only, from here on. */
  'report:stored': CustomEvent<{ count: number; reporter: PeerId }>
  'case:opened': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; window: WindowNumber; groups: string[]; firstHand: boolean }>
  'case:closed': CustomEvent<{
    subject: PeerId
    dimension: EvictableDimension
    outcome: 'evicted' | 'acquitted' | 'expired'
    openedWindow: WindowNumber
    window: WindowNumber
  }>
  'finding:signed': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; outcome: FindingOutcome; by: PeerId; window: WindowNumber; reason: string }>
  'verdict:signed': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; proposer: PeerId }>
  'verdict:refused': CustomEvent<{ subject: PeerId; proposer: PeerId; reason: string }>
  /** On trusted nodes: a certificate was completed here. */
  'certificate:made': CustomEvent<{
    subject: PeerId
    dimension: EvictableDimension
    signers: PeerId[]
    reporterGroups: string[]
    findings: { by: PeerId; outcome: FindingOutcome }[]
    openedWindow: WindowNumber
    window: WindowNumber
    reason: string
  }>
  'standing:changed': CustomEvent<{ peer: PeerId; state: StandingState; dimension: Dimension | undefined }>
}

export type FindingOutcome = 'failed' | 'not confirmed'
export type StandingState = 'unknown' | 'good' | 'watched' | 'suspect' | 'evicted'
