import { BoundedMap } from '@peerwatch/model'
import { peerIdBytes, peerIdFromBytes, toPeerId } from '@peerwatch/link'
import { deathTests } from './death-tests.ts'
import { changeOf, openVote, signVote } from '@peerwatch/peer/parts'
import { voteBox } from './vote-box.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { DeathTest, Testable } from './death-tests.ts'
import type { Probe } from './probe.ts'

export interface RemovalsInit {
  readonly probe: Probe
  readonly mostTests: number
  readonly registrant: (peer: PeerIdString) => Testable | undefined
  /** The group of a reporter: its members are one voice. */
  readonly groupOf: (reporter: PeerIdString) => string
  readonly tellSeeds: (change: Change) => void
  /** Called when enough seeds have voted. */
  readonly onRemoval: (change: Change) => Promise<void>
}

/** Turns reports of dead peers into this seed's own tests, and failed tests into votes that enough seeds sign. */
export interface Removals {
  /** A peer reports these as dead. The seed tells the other seeds too. */
  readonly reported: (by: PeerIdString, peers: readonly Uint8Array[]) => void
  /** Another seed passes on such a report. */
  readonly forwarded: (by: PeerIdString, peers: readonly Uint8Array[]) => void
  /** Takes the vote of another seed. Throws if it is not valid. */
  readonly vote: (encoded: Uint8Array) => Promise<void>
  /** The peer registered, renewed or left, so everything held against it is void. */
  readonly heard: (peer: PeerIdString) => void
  /** What a seed that links late needs to know. */
  readonly pending: () => Change
  readonly underWay: () => DeathTest[]
  readonly stop: () => void
}

const REPORTERS_REMEMBERED = 20_000
/** The most that one frame's lists hold. */
const TOLD_AT_ONCE = 16

export function removals(core: Core, init: RemovalsInit): Removals {
  const votes = voteBox(core)
  const reports = new BoundedMap<PeerIdString, { readonly window: WindowNumber; readonly count: number }>(REPORTERS_REMEMBERED)

  const tests = deathTests(core, {
    probe: init.probe,
    most: init.mostTests,
    registrant: init.registrant,
    onLimited: () => core.emit('registry:limited', { bound: 'death-tests' }),
    onDead: (peer, recordSeq, count) => {
      voteFor(peer, recordSeq, count).catch((error: unknown) => {
        core.log.error('no vote on %s: %e', peer, error)
      })
    }
  })
  const voteFor = async (peer: PeerIdString, recordSeq: number, count: number): Promise<void> => {
    const encoded = await signVote(core, { peer, recordSeq, tests: count })
    init.tellSeeds(changeOf({ votes: [encoded] }))
    await vote(encoded)
  }
  const vote = async (encoded: Uint8Array): Promise<void> => {
    const opened = await openVote(core, encoded)
    if (init.registrant(opened.peer)?.seq !== opened.recordSeq) return
    const added = votes.add(opened)
    if (added?.enough === true) await init.onRemoval(changeOf({ votes: added.votes.map(held => held.encoded) }))
  }
  /** Whether the reporter may report more deaths. It has no more neighbours than the roster allows, and each of them dies at most once in a window. */
  const mayReport = (by: PeerIdString): boolean => {
    const { window } = core.windows.now()
    const before = reports.get(by)
    const count = before?.window === window ? before.count + 1 : 1
    reports.set(by, { window, count })
    return count <= core.roster.current().maxDegree
  }
  const consider = (by: PeerIdString, bytes: Uint8Array): boolean => {
    const peer = peerIdFromBytes(bytes)
    if (peer === by || peer === core.self || core.roster.isSeed(peer) || !tests.consider(peer, init.groupOf(by))) return false
    core.emit('dead:reported', { peer: toPeerId(peer), by: toPeerId(by) })
    return true
  }
  return {
    reported: (by, peers) => {
      const dead = peers.filter(bytes => mayReport(by) && consider(by, bytes))
      if (dead.length > 0) init.tellSeeds(changeOf({ dead }))
    },
    forwarded: (by, peers) => {
      for (const bytes of peers) consider(by, bytes)
    },
    vote,
    heard: votes.clear,
    pending: () =>
      changeOf({
        votes: votes
          .all()
          .filter(({ seed }) => seed === core.self)
          .slice(0, TOLD_AT_ONCE)
          .map(held => held.encoded),
        dead: tests
          .underWay()
          .slice(0, TOLD_AT_ONCE)
          .map(({ peer }) => peerIdBytes(peer))
      }),
    underWay: tests.underWay,
    stop: tests.stop
  }
}
