import { EVENT_NAMES, listeners, refuseUnknown } from '@peerwatch/link'
import { TypedEventEmitter } from 'main-event'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { Hears } from './metrics/metering.ts'

/** Alarms kept for the first listener; what comes after that many is in libp2p's log only. */
const MOST_KEPT = 16

/**
 * Events of a node; there are no listeners for a name that is none. An alarm is never lost: while nobody listens it is kept, and told to the first listener.
 *
 * `createLibp2p` starts the node before its caller can add a listener, so that what goes wrong at the start would reach nobody.
 */
export class EventsWithEarlyAlarms extends TypedEventEmitter<PeerwatchEvents> {
  #kept: { detail?: unknown }[] = []
  readonly #hearers = listeners<Parameters<Hears>>()

  /** Tells every event, and is no listener: an alarm that only this hears waits for the first listener all the same. */
  hear(hearer: Hears): () => void {
    return this.#hearers.add(hearer)
  }

  override addEventListener(...[type, ...rest]: Parameters<TypedEventEmitter<PeerwatchEvents>['addEventListener']>): void {
    refuseUnknown('addEventListener', EVENT_NAMES, { [type]: true })
    super.addEventListener(type, ...rest)
    if (type !== 'alarm' || this.#kept.length === 0) return
    const kept = this.#kept
    this.#kept = []
    queueMicrotask(() => {
      for (const init of kept) super.safeDispatchEvent('alarm', init)
    })
  }

  override safeDispatchEvent(type: keyof PeerwatchEvents, init: { detail?: unknown } = {}): boolean {
    this.#hearers.tell(type, init.detail as never)
    if (type !== 'alarm' || this.listenerCount(type) > 0) return super.safeDispatchEvent(type, init)
    if (this.#kept.length < MOST_KEPT) this.#kept.push(init)
    return true
  }
}
