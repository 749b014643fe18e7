import { PROTOCOLS } from '@peerwatch/wire'
import { sendRawFrames } from '../trial/raw-frames.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const FRAME_BYTES = 400_000
/** 400,000 as an unsigned varint. */
const PREFIX = Uint8Array.of(0x80, 0xb5, 0x18)

export const oneByteFrames: AttackRun = {
  name: 'one-byte-frames',
  does: 'A stranger sends one frame of 400 KB, each byte in a frame of the multiplexer of its own.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const mallory = await attacker(net)
    const trusted = net.trusted[0]!
    const stream = await mallory.open(trusted, PROTOCOLS.report)
    const { streamId } = stream as unknown as { readonly streamId: number }
    const [connection] = mallory.libp2p.getConnections(trusted.peerId)
    stream.send(PREFIX)
    const sinceMs = clock.monotonicMs()
    const sent = await sendRawFrames(connection!, FRAME_BYTES - 1, () => [{ type: 0, flag: 0, streamID: streamId, length: 1 }, new Uint8Array(1)])
    await net.until(() => connection!.status !== 'open', 'its link is ended')
    const endedMs = clock.monotonicMs()
    const { alive, faults } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${sent} pieces, ${Math.round((sent * 13) / 1024)} KiB, in ${((endedMs - sinceMs) / 1000).toFixed(1)} s`,
      effect: `its own link was lost; a newcomer was served within ${seconds(clock, endedMs)} afterwards`,
      endedBy: `the limit on small frames: ${[...new Set(faults)].join(', ')}`,
      pass: alive && faults.includes('too-many-frames')
    }
  }
}
