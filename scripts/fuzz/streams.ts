import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { seededRng } from '@peerwatch/model'
import { createTestnet } from '@peerwatch/node/testnet'
import { LIMITS, PROTOCOLS } from '@peerwatch/wire'
import * as varint from 'uint8-varint'
import { COST_LIMITS, cpuMs } from './costs.ts'
import { FAMILIES } from './inputs.ts'
import type { Rng } from '@peerwatch/model'
import type { DecoderCost } from './costs.ts'
import type { ToSend } from './sender.ts'

/**
 * Each piece is a frame of the multiplexer, and on a busy machine a read, a decryption and a turn of the loop of its own, half a millisecond: more
 * of them are not one input any more. They are metered as frames, and the attack `one-byte-frames` sends them by the ten thousand.
 */
const PIECES_MOST = 64
const TRIES = 8
const GOSSIP = '/meshsub/1.1.0'

const upTo = (most: number, rng: Rng): number => Math.floor(rng() * (most + 1))

/** Cuts at these places, in order. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const all = [...new Set([0, ...places.filter(place => place > 0 && place < bytes.byteLength), bytes.byteLength])].toSorted((a, b) => a - b)
  return all.slice(1).map((end, at) => bytes.subarray(all[at], end))
}

const SLICES: readonly ((bytes: Uint8Array, rng: Rng) => Uint8Array[])[] = [
  bytes => [bytes],
  (bytes, rng) => cutAt(bytes, [upTo(bytes.byteLength, rng)]),
  (bytes, rng) =>
    cutAt(
      bytes,
      Array.from({ length: 64 }, () => upTo(bytes.byteLength, rng))
    ),
  bytes =>
    cutAt(
      bytes,
      Array.from({ length: PIECES_MOST - 1 }, (_, at) => at + 1)
    ),
  bytes =>
    cutAt(
      bytes,
      Array.from({ length: PIECES_MOST - 1 }, (_, at) => bytes.byteLength - at - 1)
    ),
  bytes =>
    cutAt(
      bytes,
      Array.from({ length: PIECES_MOST - 1 }, (_, at) => Math.floor((at * bytes.byteLength) / PIECES_MOST))
    )
]

/** Sends so many hostile inputs to real nodes, sliced in every way, each on a stream of its own. */
export async function streamCosts(inputs: number, seed: number): Promise<DecoderCost[]> {
  const net = await createTestnet({ seeds: 1, trusted: 1, peers: 0, watchers: 0, preset: 'demo' })
  const worker = new Worker(new URL('./sender.ts', import.meta.url))
  const ask = async (order: ToSend | 'go'): Promise<string> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(order)
    const [answer] = (await once(worker, 'message')) as [string]
    return answer
  }
  const addressOf = (role: 'seeds' | 'trusted'): string => net[role][0]!.libp2p.getMultiaddrs()[0]!.toString()
  const targets = [
    { protocol: PROTOCOLS.registry, address: addressOf('seeds'), maxBytes: LIMITS.frameBytes },
    { protocol: PROTOCOLS.appeal, address: addressOf('seeds'), maxBytes: LIMITS.appealBytes },
    { protocol: PROTOCOLS.report, address: addressOf('trusted'), maxBytes: LIMITS.frameBytes },
    { protocol: PROTOCOLS.query, address: addressOf('trusted'), maxBytes: LIMITS.signedBytes },
    { protocol: PROTOCOLS.ping, address: addressOf('seeds'), maxBytes: LIMITS.frameBytes },
    { protocol: GOSSIP, address: addressOf('seeds'), maxBytes: LIMITS.frameBytes }
  ]
  const rows = targets.map(({ protocol }) => ({ name: `stream ${protocol}`, inputs: 0, worstMs: 0, worstRatio: 0, heldBytes: 0, beyond: [] as string[] }))
  for (let each = 0; each < inputs; each++) {
    const [target, row] = [targets[each % targets.length]!, rows[each % targets.length]!]
    const rng = seededRng(seed + each)
    const family = FAMILIES[upTo(FAMILIES.length - 1, rng)]!
    const body = family.make(Math.round(16 * (target.maxBytes / 16) ** rng()), rng, new Uint8Array())
    const bytes = rng() < 0.9 ? Buffer.concat([varint.encode(body.byteLength), body]) : body
    const pieces = SLICES[upTo(SLICES.length - 1, rng)]!(bytes, rng)
    const sentMs = async (): Promise<number> => {
      if ((await ask({ ...target, pieces })) === 'refused') return 0
      row.inputs++
      const before = cpuMs()
      await ask('go')
      return cpuMs() - before
    }
    let ms = await sentMs()
    // the nodes do other work in this thread, too
    for (let tries = 1; tries < TRIES && ms > COST_LIMITS.inputMs; tries++) ms = Math.min(ms, await sentMs())
    row.worstMs = Math.max(row.worstMs, ms)
    if (ms > COST_LIMITS.inputMs)
      row.beyond.push(`${ms.toFixed(1)} ms: ${family.name}, ${bytes.byteLength} bytes in ${pieces.length} pieces, seed ${seed + each}`)
  }
  await worker.terminate()
  await net.stop()
  return rows
}
