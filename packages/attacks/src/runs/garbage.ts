import { PROTOCOLS } from '@peerwatch/wire'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const FRAMES_COUNT = 60
const MOST_BYTES = 2_000

export const garbage: AttackRun = {
  name: 'garbage',
  does: 'A stranger sends frames of random bytes, oversized and endless ones, on the protocols that are open to all.',
  run: async ({ network, attacker, rng, clock }) => {
    const net = await network()
    const targets = [
      { node: net.seeds[0]!, protocol: PROTOCOLS.registry },
      { node: net.trusted[0]!, protocol: PROTOCOLS.report },
      { node: net.trusted[0]!, protocol: PROTOCOLS.query }
    ]
    const mallory = await attacker(net)
    const sinceMs = clock.monotonicMs()
    let sentBytes = 0
    let streams = 0
    for (const { node, protocol } of targets) {
      for (let count = 0; count < FRAMES_COUNT; count++) {
        const body = Uint8Array.from({ length: 1 + Math.floor(rng() * MOST_BYTES) }, () => Math.floor(rng() * 256))
        // refused once it has sent too much of it, or cut
        const stream = await mallory.open(node, protocol).catch(() => undefined)
        if (stream == null) break
        streams++
        try {
          stream.send(body)
          sentBytes += body.byteLength
        } catch {}
        await stream.close().catch(() => {})
      }
    }
    const tookMs = clock.monotonicMs() - sinceMs
    const { alive, faults } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${streams} streams and ${Math.round(sentBytes / 1024)} KiB in ${(tookMs / 1000).toFixed(1)} s`,
      effect: `nothing: ${faults.length} faults were counted against it, and a newcomer was served within ${seconds(clock, sinceMs + tookMs)} afterwards`,
      endedBy: `its streams were ended: ${[...new Set(faults)].join(', ')}`,
      pass: alive && faults.length > 0
    }
  }
}
