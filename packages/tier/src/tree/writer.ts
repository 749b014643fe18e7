import { candidatesOf } from '@peerwatch/trust-tree'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TreeRecord, WriteOutcome } from './tree-record.ts'

/** `retry`: too few copies are durable now; who sent it keeps it and sends it again. */
export type DurableOutcome = Exclude<WriteOutcome, 'known'> | 'retry'

export interface WriterInit {
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly shelf: Shelf
  readonly copies: number
}

/** Resolves once as many candidates as it takes hold the record durably, the owner among them or the predecessor that acts for it. Never rejects. */
export type DurableWrite = (record: TreeRecord) => Promise<DurableOutcome>

export function durableWriter(core: Core, { tokens, links, shelf, copies }: WriterInit): DurableWrite {
  /** Undefined: that node did not answer, or its store failed. */
  const put = async (node: PeerIdString, record: TreeRecord, asOwner: boolean): Promise<WriteOutcome | undefined> => {
    try {
      if (node === core.self) return await shelf.put(record, asOwner)
      return await links.link(node)?.put(record, asOwner)
    } catch (error) {
      core.log('write at %s: %s', node, error)
      return undefined
    }
  }

  /** The first candidate that answers acts as owner: it has checked the signature before anybody else keeps the record. */
  const putAsOwner = async (waiting: PeerIdString[], record: TreeRecord): Promise<WriteOutcome | undefined> => {
    for (let node = waiting.shift(); node != null; node = waiting.shift()) {
      if (links.outOfReach(node)) continue
      const outcome = await put(node, record, true)
      if (outcome != null) return outcome
    }
    return undefined
  }
  return async record => {
    const { current, former } = candidatesOf(tokens.partition(), record.stored.place, copies)
    // One copy is enough only where there is nobody to hold another.
    const needed = core.roster.current().trusted.length === 1 ? 1 : copies
    const waiting = [...current]
    const first = await putAsOwner(waiting, record)
    if (first == null) return 'retry'
    if (!isDurable(first)) return first === 'expired' ? 'expired' : 'refused'
    for (const node of former) if (!current.includes(node)) void put(node, record, false)
    let durable = 1
    while (durable < needed) {
      const next = waiting.filter(node => !links.outOfReach(node)).slice(0, needed - durable)
      if (next.length === 0) return 'retry'
      for (const node of next) waiting.splice(waiting.indexOf(node), 1)
      const outcomes = await Promise.all(next.map(async node => put(node, record, false)))
      durable += outcomes.filter(isDurable).length
    }
    return first === 'conflict' ? 'conflict' : 'stored'
  }
}

function isDurable(outcome: WriteOutcome | undefined): boolean {
  return outcome === 'stored' || outcome === 'known' || outcome === 'conflict'
}
