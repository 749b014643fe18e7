import { BoundedMap } from '@peerwatch/model'
import { tally } from '@peerwatch/peer/parts'
import { FREE_COPIES, isRepeating } from './rule.ts'
import { repetition } from './row.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { GossipCopy, ObserverFactory } from '@peerwatch/peer/parts'

const { withinWindows } = repetition.evidence
const MOST_COPIES = 4_096
const MOST_SUSPECTS = 1_024

/** `ok` is each copy of a message up to those that a neighbour may hand over, `bad` each one beyond. */
export const repetitionObserver: ObserverFactory = (core, { tap, isSubject, onEvidence }) => {
  const counts = tally()
  const copies = new BoundedMap<string, number>(MOST_COPIES)
  const repeated = new BoundedMap<PeerIdString, Map<WindowNumber, number>>(MOST_SUSPECTS)

  const onRepeated = (peer: PeerIdString): void => {
    const { window } = core.windows.now()
    const byWindow = repeated.get(peer) ?? new Map<WindowNumber, number>()
    byWindow.set(window, (byWindow.get(window) ?? 0) + 1)
    for (const old of byWindow.keys()) if (old <= window - withinWindows) byWindow.delete(old)
    repeated.set(peer, byWindow)
    const sum = [...byWindow.values()].reduce((all, count) => all + count, 0)
    if (isRepeating(sum)) onEvidence(peer, repetition.name, `${sum} copies too many within ${withinWindows} windows`)
  }
  const onCopy = ({ id, from }: GossipCopy): void => {
    if (id == null || !isSubject(from)) return
    const count = (copies.get(`${from}/${id}`) ?? 0) + 1
    copies.set(`${from}/${id}`, count)
    counts.add(from, count > FREE_COPIES ? { ok: 0, bad: 1 } : { ok: 1, bad: 0 })
    if (count > FREE_COPIES) onRepeated(from)
  }
  return {
    dimension: repetition.name,
    needsOwnLink: false,
    close: counts.take,
    start: () => tap.onCopy(onCopy),
    forget: peer => {
      repeated.delete(peer)
    }
  }
}
