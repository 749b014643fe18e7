import type { GossipSub, GossipSubEvents } from '@libp2p/gossipsub'
import type { Logger } from '@libp2p/interface'
import type { CallOff, Clock, Rng } from '@peerwatch/model'

export interface ChatOptions {
  /** The pause between two messages of this node. Lower: neighbours see misconduct of relays sooner, at more traffic. */
  readonly everyMs: number
  /** How many messages it publishes at most; `Infinity` goes on. */
  readonly count: number
  /** Whether the node tells each first sight of a message. Turn it off under load. */
  readonly firstSights: boolean
}

export const CHAT_DEFAULTS: ChatOptions = Object.freeze({ everyMs: 5_000, count: Infinity, firstSights: true })

export interface FirstSight {
  readonly origin: string
  /** The neighbour that it came from. */
  readonly from: string
  readonly sequence: string
  readonly bytes: number
}

export interface ChatInit {
  readonly clock: Clock
  readonly topic: string
  readonly options: ChatOptions
  readonly onFirstSight: (sight: FirstSight) => void
  readonly rng: Rng
  readonly log: Logger
}

export interface Chat {
  readonly start: () => void
  readonly stop: () => void
  /** From the next message on. */
  readonly setPause: (everyMs: number) => void
}

/** Publishes the network's own small talk. How a neighbour relays it shows whether it relays faithfully. */
export function chat(pubsub: GossipSub, init: ChatInit): Chat {
  const { clock, topic, options, onFirstSight, rng, log } = init
  let callOff: CallOff | undefined
  let published = 0
  let { everyMs } = options
  const onMessage = ({ detail }: GossipSubEvents['gossipsub:message']): void => {
    if (detail.msg.topic !== topic || detail.msg.type !== 'signed') return
    onFirstSight({
      origin: detail.msg.from.toString(),
      from: detail.propagationSource.toString(),
      sequence: detail.msg.sequenceNumber.toString(),
      bytes: detail.msg.data.byteLength
    })
  }
  const publish = (): void => {
    if (published >= options.count) return
    published++
    const text = JSON.stringify({ number: published, atMs: clock.nowMs() })
    pubsub.publish(topic, new TextEncoder().encode(text)).catch((error: unknown) => {
      log('chat message %d was not published: %e', published, error)
    })
    callOff = clock.after(everyMs, publish)
  }
  return {
    start: () => {
      if (options.firstSights) pubsub.addEventListener('gossipsub:message', onMessage)
      pubsub.subscribe(topic)
      // Spread over one period, or a network that starts at once speaks in bursts for ever.
      if (options.count > 0) callOff = clock.after(rng() * everyMs, publish)
    },
    stop: () => {
      callOff?.()
      pubsub.removeEventListener('gossipsub:message', onMessage)
      pubsub.unsubscribe(topic)
    },
    setPause: pauseMs => {
      everyMs = pauseMs
    }
  }
}
