import { caseKey } from './case-key.ts'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'

/** One watcher's part in a case. */
export interface Look {
  readonly subject: PeerIdString
  readonly dimension: EvictableDimension
  readonly watcher: PeerIdString
  readonly orderedWindow: WindowNumber
  /** The first window in which the watcher had a link to the suspect. */
  readonly linkedWindow: WindowNumber | undefined
}

/** The looks of one trusted node: at most one at a time for each case, and the watchers that tried already. */
export class LookBook {
  readonly #looks = new Map<string, Look>()
  readonly #tried = new Map<string, Set<PeerIdString>>()

  list(): Look[] {
    return [...this.#looks.values()]
  }

  of(watcher: PeerIdString): Look[] {
    return this.list().filter(look => look.watcher === watcher)
  }

  find(subject: PeerIdString, dimension: EvictableDimension): Look | undefined {
    return this.#looks.get(caseKey(subject, dimension))
  }

  hasTried(watcher: PeerIdString, subject: PeerIdString, dimension: EvictableDimension): boolean {
    return this.#tried.get(caseKey(subject, dimension))?.has(watcher) ?? false
  }

  order(subject: PeerIdString, dimension: EvictableDimension, watcher: PeerIdString, now: WindowNumber): void {
    const key = caseKey(subject, dimension)
    this.#looks.set(key, { subject, dimension, watcher, orderedWindow: now, linkedWindow: undefined })
    this.#tried.set(key, (this.#tried.get(key) ?? new Set<PeerIdString>()).add(watcher))
  }

  linked(watcher: PeerIdString, subject: PeerIdString, now: WindowNumber): void {
    for (const [key, look] of this.#looks) {
      if (look.watcher === watcher && look.subject === subject && look.linkedWindow == null) this.#looks.set(key, { ...look, linkedWindow: now })
    }
  }

  end(subject: PeerIdString, dimension: EvictableDimension): Look | undefined {
    const key = caseKey(subject, dimension)
    const ended = this.#looks.get(key)
    this.#looks.delete(key)
    return ended
  }

  /** The case is over. Watchers that tried may try again in the next one. */
  forget(subject: PeerIdString, dimension: EvictableDimension): void {
    this.#tried.delete(caseKey(subject, dimension))
  }
}
