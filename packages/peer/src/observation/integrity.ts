import { integrity as row, isAltering } from '@peerwatch/detection'
import { BoundedMap } from '@peerwatch/link'
import { tally } from './tally.ts'
import type { Counts, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { GossipCopy } from '../gossip/gossip-tap.ts'
import type { ObserverFactory } from './observer.ts'

const { withinWindows } = row.evidence
/** Messages of one window whose originals can be held against an altered copy. */
const MOST_ORIGINALS = 4096
/** Altered copies of one neighbour that are remembered. */
const MOST_COPIES = 256
const MOST_SUSPECTS = 1024

const GOOD: Counts = Object.freeze({ ok: 1, bad: 0 })
const BAD: Counts = Object.freeze({ ok: 0, bad: 1 })

interface Altered {
  readonly key: string
  readonly author: PeerIdString
  readonly window: WindowNumber
  /** Whether a valid message with this author and number is held. */
  proved: boolean
}

function keyOf({ author, seqno, topic }: GossipCopy): string {
  return `${author}/${Buffer.from(seqno).toString('hex')}/${topic}`
}

/**
 * `ok` is every valid copy, `bad` every copy whose signature is wrong: gossip carries its author's signature, so the relay altered it.
 *
 * Evidence needs the valid originals, of two authors: an author who signs wrongly on purpose then proves nothing against a relay.
 * The original may also come after the altered copy. Copies of one message each count: they were each delivered.
 */
export const integrity: ObserverFactory = (core, { tap, isSubject, onEvidence }) => {
  const counts = tally()
  // the newest window first
  const originals: BoundedMap<string, true>[] = [new BoundedMap(MOST_ORIGINALS)]
  const altered = new BoundedMap<PeerIdString, Altered[]>(MOST_SUSPECTS)

  const judge = (peer: PeerIdString, copies: readonly Altered[]): void => {
    const oldest = core.windows.now().window - withinWindows
    const proved = copies.filter(copy => copy.proved && copy.window > oldest)
    const authors = proved.map(({ author }) => author)
    if (!isAltering(authors)) return
    onEvidence(peer, row.name, `${proved.length} altered copies from ${new Set(authors).size} authors within ${withinWindows} windows`)
  }
  const onAltered = (copy: GossipCopy): void => {
    const key = keyOf(copy)
    const copies = altered.get(copy.from) ?? []
    copies.push({ key, author: copy.author, window: core.windows.now().window, proved: originals.some(held => held.has(key)) })
    // copies of messages that nobody wrote must not push out those that prove something
    if (copies.length > MOST_COPIES)
      copies.splice(
        Math.max(
          0,
          copies.findIndex(({ proved }) => !proved)
        ),
        1
      )
    altered.set(copy.from, copies)
    judge(copy.from, copies)
  }
  const onOriginal = (copy: GossipCopy): void => {
    const key = keyOf(copy)
    originals[0]?.set(key, true)
    for (const [peer, copies] of altered.entries()) {
      const waiting = copies.filter(each => !each.proved && each.key === key)
      if (waiting.length === 0) continue
      for (const each of waiting) each.proved = true
      judge(peer, copies)
    }
  }
  return {
    dimension: row.name,
    needsOwnLink: false,
    forget: peer => {
      altered.delete(peer)
    },
    close: window => {
      originals.unshift(new BoundedMap(MOST_ORIGINALS))
      originals.splice(withinWindows + 1)
      for (const [peer, copies] of altered.entries()) {
        if (copies.every(copy => copy.window <= window - withinWindows)) altered.delete(peer)
      }
      return counts.take()
    },
    start: () =>
      tap.onCopy(copy => {
        if (copy.kind === 'new') onOriginal(copy)
        if (!isSubject(copy.from)) return
        counts.add(copy.from, copy.kind === 'altered' ? BAD : GOOD)
        if (copy.kind === 'altered') onAltered(copy)
      })
  }
}
