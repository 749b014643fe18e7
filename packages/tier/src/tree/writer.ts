import { candidatesOf } from '@peerwatch/trust-tree'
import { BoundedMap } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'

/** `known`: as many copies as it takes held it before. `retry`: too few are durable now; who sent it keeps it and sends it again. */
export type DurableOutcome = WriteOutcome | 'retry'

export interface WriterInit {
  readonly tokens: Pick<TokenBook, 'partition'>
  readonly links: Pick<TrustedLinks, 'link' | 'outOfReach'>
  readonly shelf: Pick<Shelf, 'put' | 'objection'>
  readonly copies: number
}

/**
 * Resolves once as many candidates as it takes hold the record durably, the owner among them or the predecessor that acts for it. Never rejects.
 *
 * `refused` is final and the reporter's fault, so it is never another node's word: only what this node sees itself. `expired` takes two members.
 */
export type DurableWrite = (record: TreeRecord) => Promise<DurableOutcome>

/** What a candidate answers that has the record on its disk. */
type Held = 'stored' | 'known' | 'conflict'

const REMEMBERED_DISAGREEMENTS = 512
const FLOORS_ENOUGH = 2

export function durableWriter(core: Core, { tokens, links, shelf, copies }: WriterInit): DurableWrite {
  const disagree = disagreements(core)

  /** Undefined: that node did not answer, or its store failed. */
  const put = async (node: PeerIdString, record: TreeRecord): Promise<WriteOutcome | undefined> => {
    try {
      if (node === core.self) return await shelf.put(record)
      return await links.link(node)?.put(record)
    } catch (error) {
      core.log('write at %s: %s', node, error)
      return undefined
    }
  }
  const write: DurableWrite = async record => {
    const { current, former } = candidatesOf(tokens.partition(), record.stored.place, copies)
    // One copy is enough only where there is nobody to hold another.
    const needed = core.roster.current().trusted.length === 1 ? 1 : copies
    const waiting = [...current]
    const outcomes: Held[] = []
    let expiredCount = 0
    while (outcomes.length < needed) {
      // the first that takes it acts as owner: it has stored the record before anybody else keeps it
      const count = outcomes.length === 0 ? 1 : needed - outcomes.length
      const next = waiting.filter(node => !links.outOfReach(node)).slice(0, count)
      // floors differ where byte caps do; one that is too high is its node's clock
      if (next.length === 0) return expiredCount >= FLOORS_ENOUGH ? 'expired' : 'retry'
      for (const node of next) waiting.splice(waiting.indexOf(node), 1)
      const answers = await Promise.all(next.map(async node => ({ node, outcome: await put(node, record) })))
      const against = answers.filter(({ outcome }) => outcome === 'refused' || outcome === 'expired')
      const objection = against.length > 0 ? await shelf.objection(record) : undefined
      if (objection != null) return objection
      for (const { node } of against.filter(({ outcome }) => outcome === 'refused')) disagree(node)
      expiredCount += against.filter(({ outcome }) => outcome === 'expired').length
      outcomes.push(...answers.map(({ outcome }) => outcome).filter(isDurable))
    }
    for (const node of former) if (!current.includes(node)) void put(node, record)
    // that its reporter contradicted itself is for all to see who hold it
    const [first = 'stored'] = outcomes
    return outcomes.every(outcome => outcome === first) ? first : 'stored'
  }
  return async record => {
    try {
      return await write(record)
    } catch (error) {
      core.log.error('a record is not written: %e', error)
      return 'retry'
    }
  }
}

/** Tells the operator, once a window, which other trusted node turns away what is right by all that this one can see. */
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
