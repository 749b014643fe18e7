import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { mergeTokens, noTokens, ownerOf, partition } from '@peerwatch/trust-tree'
import { placeAt } from '../../../trust-tree/test/balance-model.ts'
import { node as nodeName, tokenOf } from '../../../trust-tree/test/oracle.ts'
import { balancingNode } from './balancing-node.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { BalancingNode, Between } from './balancing-node.ts'

export interface History {
  readonly seconds: number
  readonly windowMs: number
  /** `level`: each node has as many subjects. */
  readonly starts: 'random' | 'level'
  /** Peers report in the first quarter of each window. */
  readonly comes: 'evenly' | 'in bursts'
  readonly latencyMs: number
  readonly lost: number
  /** Of those that were granted a cut: they die before they hear of it, and come back after half a minute. */
  readonly dying: number
  /** Nodes that can sign no token: their disks are full. */
  readonly stuck: number
}

export interface Evened {
  /** The heaviest over the mean: at first, and after each move. */
  readonly ratios: readonly { readonly atMs: number; readonly ratio: number }[]
  readonly moves: number
  /** Begun while another one was unsettled. */
  readonly atOnce: number
  readonly granted: number
  readonly died: number
}

const NODES = 15
const SUBJECTS = 2_000
const PER_SECOND = 512
const STEP_MS = 500
const MOMENTS = 5
const BURST_SHARE = 1 / 4
const PING_EVERY_MS = 13_000
const AWAY_MS = 30_000
const LEAST_SETTLED_MS = 2_000
const MOST_SETTLED_MS = 15_000

/** Trusted nodes that even their loads out by the code of the product, under a virtual clock. */
export async function evened(seed: number, given: History): Promise<Evened> {
  const { windowMs, latencyMs, lost } = given
  const rng = seededRng(seed)
  const clock = manualClock(0)
  const names = Array.from({ length: NODES }, (_, index) => nodeName(index))
  const subjects = Array.from({ length: SUBJECTS }, () => placeAt(rng)).toSorted()
  const nodes = new Map<PeerIdString, BalancingNode>()
  const ratios: Evened['ratios'][number][] = []
  let [moves, atOnce, granted, died] = [0, 0, 0, 0]
  let version = 1
  let truth = firstTokens(subjects, given.starts, rng)
  let view = partition(names, truth)

  const note = (): void => {
    const counts = names.map(name => subjects.filter(place => ownerOf(view, place) === name).length)
    ratios.push({ atMs: clock.monotonicMs(), ratio: (Math.max(...counts) * NODES) / SUBJECTS })
  }
  const place: Between['place'] = async (by, start, moved) => {
    if (names.indexOf(by.name) < given.stuck) throw new Error('the disk is full')
    const token = tokenOf(names.indexOf(by.name), start, ++version, 'bb', moved)
    if (moved != null && view.formerRing != null) atOnce++
    truth = mergeTokens(truth, [token]).tokens
    view = partition(names, truth)
    by.take([token])
    for (const other of names) if (other !== by.name) void by.greet(other)
    if (moved == null) return
    moves++
    note()
    const settle = (): void => {
      if (by.isDead()) clock.after(LEAST_SETTLED_MS, settle)
      else void place(by, start, undefined)
    }
    clock.after(LEAST_SETTLED_MS + rng() * (MOST_SETTLED_MS - LEAST_SETTLED_MS), settle)
  }
  const between: Between = {
    clock,
    rng,
    windowMs,
    names,
    nodes,
    latencyMs,
    lost,
    granted: to => {
      granted++
      if (rng() >= given.dying) return
      died++
      void to.die()
      clock.after(AWAY_MS, () => void to.begin())
    },
    place
  }
  const pinging = (from: BalancingNode, to: PeerIdString): void => {
    const ping = (): void => {
      if (from.isDead()) clock.after(PING_EVERY_MS, ping)
      else void from.greet(to).finally(() => clock.after(PING_EVERY_MS, ping))
    }
    clock.after(rng() * PING_EVERY_MS, ping)
  }
  const report = (): void => {
    const isBurst = clock.monotonicMs() % windowMs < BURST_SHARE * windowMs
    const rate = given.comes === 'evenly' ? PER_SECOND : isBurst ? PER_SECOND / BURST_SHARE : 0
    for (let left = poisson(rng, (rate * STEP_MS) / 1_000); left > 0; left--) {
      const subject = subjects[Math.floor(rng() * SUBJECTS)]!
      nodes.get(ownerOf(view, subject)!)!.load.count(subject)
    }
  }
  for (const name of names) nodes.set(name, balancingNode(name, truth, between))
  for (const each of nodes.values()) {
    await each.begin()
    for (const other of names) if (other !== each.name) pinging(each, other)
  }
  note()
  for (let atMs = 0; atMs < given.seconds * 1_000; atMs += STEP_MS) {
    if (atMs % windowMs === 0) for (const each of nodes.values()) each.tick()
    report()
    for (let moment = 0; moment < MOMENTS; moment++) {
      clock.advance(STEP_MS / MOMENTS)
      await new Promise(setImmediate)
    }
  }
  for (const each of nodes.values()) await each.die()
  return { ratios, moves, atOnce, granted, died }
}

function firstTokens(subjects: readonly Place[], starts: History['starts'], rng: Rng) {
  const startOf = (index: number): Place => (starts === 'random' ? placeAt(rng) : subjects[Math.floor((index * SUBJECTS) / NODES)]!)
  return mergeTokens(
    noTokens,
    Array.from({ length: NODES }, (_, index) => tokenOf(index, startOf(index)))
  ).tokens
}

/** A sum of twelve is as good as normal, and of so many reports a normal is as good as the truth. */
function poisson(rng: Rng, mean: number): number {
  const normal = Array.from({ length: 12 }, rng).reduce((sum, each) => sum + each, -6)
  return Math.max(0, Math.round(mean + normal * Math.sqrt(mean)))
}
