import { messages, WireError } from '@peerwatch/wire'
import { openSigned, peekSigned, peerIdBytes, peerIdFromBytes, ServicesError } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** A seed's signed word that it tested a peer and found it dead. */
export interface RemovalVote {
  readonly seed: PeerIdString
  readonly peer: PeerIdString
  /** Of the registration that it takes back; a newer one is untouched. */
  readonly recordSeq: number
  readonly window: WindowNumber
  readonly encoded: Uint8Array
}

export interface Removal {
  readonly peer: PeerIdString
  readonly recordSeq: number
  readonly window: WindowNumber
  readonly seeds: readonly PeerIdString[]
}

/** Votes older than this say nothing about now: an old one must not wait for a second. */
export const VOTE_LIVES_WINDOWS = 30
/** As generous: a node that was starved of its processor is behind, and what it refuses it never hears again. */
const VOTE_AHEAD_WINDOWS = VOTE_LIVES_WINDOWS
/** Tests that all must fail, one per window; a vote that rests on fewer is none. Source: docs/design.md, "Registration and death". */
export const DEATH_TESTS_COUNT = 4

/** Two seeds must agree, unless the network has but one. */
export function votesNeeded(core: Pick<Core, 'roster'>): number {
  return Math.min(2, Math.max(1, core.roster.current().seeds.length))
}

export async function signVote(core: Core, vote: { peer: PeerIdString; recordSeq: number; tests: number }): Promise<Uint8Array> {
  const { peer, recordSeq, tests } = vote
  const payload = messages.removalVote.encode({ peer: peerIdBytes(peer), recordSeq, window: core.windows.now().window, tests })
  return core.signer.sign('removal', payload)
}

/** Throws ServicesError or WireError where it is no valid and recent vote of a roster seed. */
export async function openVote(core: Core, encoded: Uint8Array): Promise<RemovalVote> {
  const { signer: seed, payload } = peekSigned(encoded)
  if (!core.roster.isSeed(seed)) throw new ServicesError('refused', `a removal vote by ${seed}, which is no seed here`)
  const vote = messages.removalVote.decode(payload)
  const { window } = core.windows.now()
  if (vote.tests < DEATH_TESTS_COUNT) throw new WireError('malformed', `a removal vote on ${vote.tests} tests`)
  if (vote.window < window - VOTE_LIVES_WINDOWS || vote.window > window + VOTE_AHEAD_WINDOWS) {
    throw new ServicesError('refused', `a removal vote of window ${vote.window} in window ${window}`)
  }
  const peer = readPeer(vote.peer)
  await openSigned('removal', core.network.id, encoded)
  return { seed, peer, recordSeq: vote.recordSeq, window: vote.window, encoded }
}

/** The removal that these votes make; undefined where they are too few. Votes that contradict each other throw like a bad one. */
export async function openRemoval(core: Core, votes: readonly Uint8Array[]): Promise<Removal | undefined> {
  const opened = await Promise.all(votes.map(async vote => openVote(core, vote)))
  const [first] = opened
  if (first == null) return undefined
  if (opened.some(vote => vote.peer !== first.peer || vote.recordSeq !== first.recordSeq)) {
    throw new WireError('malformed', 'votes about different registrations in one removal')
  }
  const seeds = [...new Set(opened.map(({ seed }) => seed))]
  if (seeds.length < votesNeeded(core)) return undefined
  return { peer: first.peer, recordSeq: first.recordSeq, window: Math.max(...opened.map(({ window }) => window)), seeds }
}

function readPeer(bytes: Uint8Array): PeerIdString {
  try {
    return peerIdFromBytes(bytes)
  } catch (error) {
    throw new WireError('malformed', 'no peer id', { cause: error })
  }
}
