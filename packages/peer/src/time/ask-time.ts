import { orAborted, within } from '@peerwatch/model'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { frames, toPeerId } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Hello } from '../reporting/entry-state.ts'

const ANSWERED_WITHIN_MS = 10_000

/** Asks a trusted node for the time: the hello of a report stream that is ended at once. Dials nobody; rejects where no answer comes. */
export async function askTime(core: Core, peer: PeerIdString, outer: AbortSignal): Promise<Hello> {
  const { clock, components, health } = core
  return within(
    health,
    ANSWERED_WITHIN_MS,
    async signal => {
      const [connection] = components.connectionManager.getConnections(toPeerId(peer))
      if (connection == null) throw new Error(`no link to ${peer}`)
      const askedAtMs = clock.monotonicMs()
      const stream = await connection.newStream(PROTOCOLS.report, { signal })
      const { promise, resolve, reject } = Promise.withResolvers<Hello>()
      const framed = frames(stream, {
        clock,
        maxFrameBytes: messages.reportDown.maxBytes,
        onFrame: bytes => {
          const { hello } = messages.reportDown.decode(bytes)
          if (hello == null) reject(new Error(`${peer} began with another frame than its hello`))
          else resolve({ window: hello.window, offsetMs: hello.windowOffsetMs, tookMs: clock.monotonicMs() - askedAtMs })
        },
        onEnd: why => {
          reject(new Error(`the stream ended: ${why ?? 'closed'}`))
        }
      })
      try {
        return await orAborted(promise, signal)
      } finally {
        void framed.close()
      }
    },
    outer
  )
}
