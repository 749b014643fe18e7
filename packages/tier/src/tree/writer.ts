import { candidatesOf, writesNeeded } from '@peerwatch/trust-tree'
import { BoundedMap } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'

/** `known`: as many copies as are needed held it before. `retry`: too few are durable now, so the sender keeps it and sends it again. */
export type DurableOutcome = WriteOutcome | 'retry'

export interface WriterInit {
  readonly tokens: Pick<TokenBook, 'partition'>
  readonly links: Pick<TrustedLinks, 'link' | 'outOfReach' | 'onDown'>
  readonly shelf: Pick<Shelf, 'put' | 'objection'>
  readonly copies: number
}

/**
 * Resolves once as many candidates as are needed hold the record durably, among them the owner or the predecessor that acts for it. While a move is not
 * settled, as many of the candidates before it must hold it, too. Never rejects.
 *
 * `refused` is final and blames the reporter, so it is never another node's word, but only what this node sees itself. `expired` takes two members.
 */
export type DurableWrite = (record: TreeRecord) => Promise<DurableOutcome>

/** The answers of a candidate that has the record on its disk. */
type Held = 'stored' | 'known' | 'conflict'

const REMEMBERED_DISAGREEMENTS = 512
const FLOORS_ENOUGH = 2
/** One write lives through so many views. After that the sender tries again later. */
const VIEWS_MOST = 3

export function durableWriter(core: Core, { tokens, links, shelf, copies }: WriterInit): DurableWrite {
  const disagree = disagreements(core)

  /** Undefined: the node did not answer, or its store failed. */
  const put = async (node: PeerIdString, record: TreeRecord): Promise<WriteOutcome | undefined> => {
    try {
      if (node === core.self) return await shelf.put(record)
      return await links.link(node)?.put(record)
    } catch (error) {
      core.log('write at %s: %s', node, error)
      return undefined
    }
  }
  /** Undefined: starts moved during the write, so the candidates may be others now, or one that holds the record went away. */
  const write = async (record: TreeRecord, gone: ReadonlySet<PeerIdString>): Promise<DurableOutcome | undefined> => {
    const view = tokens.partition()
    const { current, former } = candidatesOf(view, record.stored.place, copies)
    const waiting = [...new Set([...current, ...former])]
    const durable = new Map<PeerIdString, Held>()
    const lacking = (list: readonly PeerIdString[]): number => writesNeeded(list, copies) - list.filter(node => durable.has(node)).length
    let expiredCount = 0
    while (current.length === 0 || lacking(current) > 0 || lacking(former) > 0) {
      const inReach = waiting.filter(node => !links.outOfReach(node))
      // the first that takes it acts as owner: it has stored the record before anybody else keeps it
      const first = durable.size === 0 ? inReach.slice(0, 1) : undefined
      const next = first ?? firstOf(inReach, [current, lacking(current)], [former, lacking(former)])
      // floors differ where byte caps do; one that is too high is its node's clock
      if (next.length === 0) return expiredCount >= FLOORS_ENOUGH ? 'expired' : 'retry'
      for (const node of next) waiting.splice(waiting.indexOf(node), 1)
      const answers = await Promise.all(next.map(async node => ({ node, outcome: await put(node, record) })))
      const against = answers.filter(({ outcome }) => outcome === 'refused' || outcome === 'expired')
      const objection = against.length > 0 ? await shelf.objection(record) : undefined
      if (objection != null) return objection
      for (const { node } of against.filter(({ outcome }) => outcome === 'refused')) disagree(node)
      expiredCount += against.filter(({ outcome }) => outcome === 'expired').length
      for (const { node, outcome } of answers) if (isDurable(outcome)) durable.set(node, outcome)
    }
    // one that went away since it answered may be back without its disk, and have read all that others held before the record
    if (tokens.partition() !== view || [...durable.keys()].some(node => gone.has(node))) return undefined
    // that its reporter contradicted itself is for all to see who hold it
    const [first = 'stored', ...others] = durable.values()
    return others.every(outcome => outcome === first) ? first : 'stored'
  }
  return async record => {
    try {
      for (let tries = 0; tries < VIEWS_MOST; tries++) {
        const gone = new Set<PeerIdString>()
        const unhear = links.onDown(node => gone.add(node))
        const outcome = await write(record, gone).finally(unhear)
        if (outcome != null) return outcome
      }
      return 'retry'
    } catch (error) {
      core.log.error('a record is not written: %e', error)
      return 'retry'
    }
  }
}

/** Tells the operator, at most once a window for each node, which other trusted node turns away a record that is right by all that this node can see. */
function disagreements(core: Core): (node: PeerIdString) => void {
  const told = new BoundedMap<PeerIdString, WindowNumber>(REMEMBERED_DISAGREEMENTS)
  return node => {
    const { window } = core.windows.now()
    if (told.get(node) === window) return
    told.set(node, window)
    core.emit('alarm', { code: 'owner-disagrees', message: `${node} refuses a record that is right here: its clock, its roster or the node itself is wrong` })
  }
}

function isDurable(outcome: WriteOutcome | undefined): outcome is Held {
  return outcome === 'stored' || outcome === 'known' || outcome === 'conflict'
}

/** The first nodes of each list that are missing. */
function firstOf(nodes: readonly PeerIdString[], ...lists: readonly (readonly [list: readonly PeerIdString[], missing: number])[]): PeerIdString[] {
  return [...new Set(lists.flatMap(([list, missing]) => nodes.filter(node => list.includes(node)).slice(0, Math.max(0, missing))))]
}
