import { messages } from '@peerwatch/wire'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const FRAMES_COUNT = 400
const REPORTS_A_FRAME = 16
/** 2 MiB unsent, and what has come and is not read yet. Source: docs/limits.md. */
const HELD_BYTES_MOST = 4 * 1024 * 1024

export const slowReader: AttackRun = {
  name: 'slow-reader',
  does: 'A peer sends reports as fast as it can and reads none of the answers.',
  run: async ({ network, attacker }) => {
    const net = await network()
    const entry = net.trusted[0]!
    const mallory = await attacker(net)
    const { firstWindow } = await mallory.register(net.seeds[0]!)
    const { stream, sendFrame } = await mallory.report(entry)
    stream.pause()
    const report = await mallory.signReport({ subject: idOf(net.peers[0]!), window: firstWindow - 1_000 })
    const frame = messages.reportUp.encode({ reports: Array.from({ length: REPORTS_A_FRAME }, (_, number) => ({ number, report })) })
    let sent = 0
    while (sent < FRAMES_COUNT && sendFrame(frame)) sent++
    const heldBytes = (): number =>
      entry.libp2p
        .getConnections(mallory.libp2p.peerId)
        .flatMap(({ streams }) => streams)
        .reduce((sum, { readBufferLength, writeBufferLength }) => sum + readBufferLength + writeBufferLength, 0)
    const before = heldBytes()
    const { alive } = await net.stillServes(mallory.peer, attacker)
    const mostBytes = Math.max(before, heldBytes())
    return {
      cost: `${sent * REPORTS_A_FRAME} reports, ${Math.round((sent * frame.byteLength) / 1024)} KiB`,
      effect: `its entry held ${Math.round(mostBytes / 1024)} KiB for it, and served a newcomer meanwhile`,
      endedBy: stream.status === 'open' ? 'nothing: what it may have under way is bounded by credits' : 'its stream was ended',
      pass: alive && mostBytes < HELD_BYTES_MOST
    }
  }
}
