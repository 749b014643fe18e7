import { PROTOCOLS } from '@peerwatch/wire'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const NOTICES_COUNT = 300
/** A frame of two bytes that names the dimension `resource`, and one that names none. */
const NOTICES = [Uint8Array.of(2, 8, 4), Uint8Array.of(2, 8, 99)]

export const falseNotices: AttackRun = {
  name: 'false-notices',
  does: 'A stranger tells a peer again and again that it has cut it.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const [victim] = net.peers
    const mallory = await attacker(net)
    const sinceMs = clock.monotonicMs()
    let sent = 0
    for (let count = 0; count < NOTICES_COUNT; count++) {
      const stream = await mallory.open(victim!, PROTOCOLS.cut).catch(() => undefined)
      // refused, or cut for asking too much
      if (stream == null) continue
      try {
        stream.send(NOTICES[count % NOTICES.length]!)
        sent++
      } catch {}
      await stream.close().catch(() => {})
    }
    const tookMs = clock.monotonicMs() - sinceMs
    const told = net.heard('neighbour:refuses', mallory.peer)
    const { alive } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${sent} notices on streams of their own in ${(tookMs / 1000).toFixed(1)} s`,
      effect: `${told.length} of them were told to the operator, and nothing else; a newcomer was served within ${seconds(clock, sinceMs + tookMs)} afterwards`,
      endedBy: 'nothing: two of a peer are heard, and one more a minute',
      pass: alive && told.length <= 3
    }
  }
}
