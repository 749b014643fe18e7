import { createHash } from 'node:crypto'
import { integrity as row, isAltering } from '@peerwatch/detection'
import { BoundedMap } from '@peerwatch/model'
import { isTelling } from './telling-key.ts'
import { tally } from './tally.ts'
import type { Counts, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { GossipCopy } from '../gossip/gossip-copy.ts'
import type { ObserverFactory } from './observer.ts'

const { withinWindows } = row.evidence
/** Messages of one window whose originals can be held against an altered copy. */
const MOST_ORIGINALS = 4096
/** Copies of one neighbour whose originals may still come, and altered messages that are remembered of it. */
const MOST_COPIES = 256
const MOST_SUSPECTS = 1024

const GOOD: Counts = Object.freeze({ ok: 1, bad: 0 })
const BAD: Counts = Object.freeze({ ok: 0, bad: 1 })

interface Waiting {
  readonly contents: string
  readonly window: WindowNumber
}

/** The messages that one neighbour delivered with a wrong signature, by signed message. */
interface Delivered {
  readonly waiting: BoundedMap<string, Waiting>
  /** Those that it altered, and when it delivered them. */
  readonly altered: BoundedMap<string, WindowNumber>
}

/** One signature of one author for one number: if a valid message has it, no other has. Held for some windows, so as a digest: a third of the fields. */
function keyOf({ author, seqno, signature }: GossipCopy): string {
  return createHash('sha256').update(`${author} ${seqno.byteLength} `).update(seqno).update(signature).digest('binary')
}

/** An implementation may write down empty data or leave it out: both are the same here. */
function contentsOf({ topic, data }: GossipCopy): string {
  return createHash('sha256').update(`${topic.length} ${topic} `).update(data).digest('binary')
}

/**
 * `ok` is every valid copy, `bad` every message that the relay altered: with the signature that its valid original has here, over other data or
 * another topic. Nobody but a relay makes such a copy, and none that verifies passes on one by another.
 *
 * A wrong signature alone blames nobody: implementations differ in what they keep and what they take, and an author may make messages of which
 * each takes another. The original may also come after the altered copy. Copies of one message count once.
 */
export const integrity: ObserverFactory = (core, { tap, isSubject, onEvidence }) => {
  const counts = tally()
  // the newest window first
  const originals: BoundedMap<string, string>[] = [new BoundedMap(MOST_ORIGINALS)]
  const suspects = new BoundedMap<PeerIdString, Delivered>(MOST_SUSPECTS)

  const prove = (peer: PeerIdString, { altered }: Delivered, key: string, window: WindowNumber): void => {
    if (altered.has(key)) return
    altered.set(key, window)
    counts.add(peer, BAD)
    const oldest = core.windows.now().window - withinWindows
    const messages = [...altered.values()].filter(at => at > oldest).length
    if (isAltering(messages)) onEvidence(peer, row.name, `${messages} altered messages within ${withinWindows} windows`)
  }
  const onUnproved = (copy: GossipCopy): void => {
    const key = keyOf(copy)
    const contents = contentsOf(copy)
    const original = originals.find(held => held.has(key))?.peek(key)
    if (original === contents) return
    const delivered = suspects.get(copy.from) ?? { waiting: new BoundedMap(MOST_COPIES), altered: new BoundedMap(MOST_COPIES) }
    suspects.set(copy.from, delivered)
    const { window } = core.windows.now()
    if (original == null) delivered.waiting.set(key, { contents, window })
    else prove(copy.from, delivered, key, window)
  }
  const onOriginal = (copy: GossipCopy): void => {
    const key = keyOf(copy)
    const contents = contentsOf(copy)
    originals[0]?.set(key, contents)
    for (const [peer, delivered] of suspects.entries()) {
      const waiting = delivered.waiting.peek(key)
      if (waiting == null) continue
      delivered.waiting.delete(key)
      if (waiting.contents !== contents) prove(peer, delivered, key, waiting.window)
    }
  }
  return {
    dimension: row.name,
    needsOwnLink: false,
    forget: peer => {
      suspects.delete(peer)
    },
    close: window => {
      const oldest = window - withinWindows
      originals.unshift(new BoundedMap(MOST_ORIGINALS))
      originals.splice(withinWindows + 1)
      for (const [peer, { waiting, altered }] of suspects.entries()) {
        for (const [key, { window: at }] of waiting.entries()) if (at <= oldest) waiting.delete(key)
        for (const [key, at] of altered.entries()) if (at <= oldest) altered.delete(key)
        if (waiting.size + altered.size === 0) suspects.delete(peer)
      }
      return counts.take()
    },
    start: () =>
      tap.onCopy(copy => {
        const isWatched = isSubject(copy.from)
        if (isWatched && copy.kind !== 'unproved') counts.add(copy.from, GOOD)
        if (copy.kind === 'duplicate' || !isTelling(copy.author)) return
        if (copy.kind === 'new') onOriginal(copy)
        else if (isWatched) onUnproved(copy)
      })
  }
}
