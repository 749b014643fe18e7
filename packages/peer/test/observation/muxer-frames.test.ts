import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { peerIdText } from '@peerwatch/link'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { resource } from '../../src/observation/resource.ts'
import type { Connection, StreamMuxer } from '@libp2p/interface'
import type { TestContext } from 'node:test'

interface Header {
  readonly type: number
  readonly flag: number
  readonly streamID: number
  readonly length: number
}
type Yamux = StreamMuxer & { readonly sendFrame: (header: Header, data?: Uint8Array) => boolean; handlePingResponse: () => void }

const PING = { type: 2, flag: 1, streamID: 0 }
const PROTOCOL = '/app/telemetry/1.0.0'

interface Linked {
  readonly connection: Connection
  readonly muxer: Yamux
  readonly faults: readonly string[]
  readonly bad: () => number
  readonly isOpen: () => boolean
}

/** A neighbour of a host that observes, and what that host says of it. */
async function linked(t: TestContext): Promise<Linked> {
  const { network } = await testNetwork()
  const host = await testHost(network)
  const neighbour = await plainHost()
  t.after(async () => Promise.all([host.node.stop(), neighbour.stop()]))
  const observer = resource(host.core, {
    tap: { onCopy: () => () => {}, meshPeers: () => [] },
    onProbe: () => () => {},
    isSubject: () => true,
    enforce: true,
    onEvidence: () => {}
  })
  host.node.addEventListener('connection:open', ({ detail }) => observer.onOpen?.(detail))
  const faults: string[] = []
  host.core.events.addEventListener('peer:fault', ({ detail }) => faults.push(`${detail.protocol} ${detail.what}`))
  const peer = peerIdText(neighbour.peerId)
  const bad = (): number => observer.close(host.core.windows.now().window).get(peer)?.bad ?? 0
  await host.node.handle(PROTOCOL, stream => {
    stream.addEventListener('message', () => {})
  })
  const connection = await neighbour.dial(host.node.getMultiaddrs())
  await until(() => host.node.getConnections(neighbour.peerId).length === 1, 'the link is there')
  const { muxer } = connection as Connection & { readonly muxer?: Yamux }
  assert.ok(muxer != null)
  // Yamux ends a link at an answer to a ping that it did not send itself
  muxer.handlePingResponse = () => {}
  return { connection, muxer, faults, bad, isOpen: () => host.node.getConnections(neighbour.peerId).length > 0 }
}

/** Until the far side has ended it, for at most so many frames. */
async function sendFrames({ connection, muxer }: Linked, most: number, frame: (at: number) => readonly [Header, Uint8Array?]): Promise<number> {
  let sent = 0
  for (; sent < most && connection.status === 'open'; sent++) {
    muxer.sendFrame(...frame(sent))
    if (sent % 200 === 0) await new Promise(setImmediate)
  }
  return sent
}

suite('L43: frames of the multiplexer that carry nothing are metered, over the limit they end the link and are evidence of resource', () => {
  const floods: readonly { readonly name: string; readonly frame: (streamId: number) => (at: number) => readonly [Header, Uint8Array?] }[] = [
    { name: 'pings', frame: () => at => [{ ...PING, length: at }] },
    { name: 'window updates that nothing was sent for', frame: streamID => () => [{ type: 1, flag: 0, streamID, length: 0 }] },
    { name: 'frames of one byte', frame: streamID => () => [{ type: 0, flag: 0, streamID, length: 1 }, new Uint8Array(1)] },
    { name: 'frames for a stream that is not there', frame: () => () => [{ type: 0, flag: 0, streamID: 99_999, length: 1 }, new Uint8Array(1)] }
  ]
  for (const { name, frame } of floods) {
    test(name, async t => {
      const link = await linked(t)
      const stream = await link.connection.newStream(PROTOCOL)
      const { streamId } = stream as unknown as { readonly streamId: number }
      await sendFrames(link, 200_000, frame(streamId))
      await until(() => !link.isOpen(), 'the link is ended')
      assert.deepEqual(link.faults, ['/yamux/1.0.0 too-many-frames'])
      await until(() => link.bad() > 0, 'it is seen as a flood')
    })
  }

  test('pings and small frames as honest hosts send them change nothing', async t => {
    const link = await linked(t)
    const stream = await link.connection.newStream(PROTOCOL)
    for (let each = 0; each < 20; each++) link.muxer.sendFrame({ ...PING, length: each })
    for (let each = 0; each < 3_000; each++) {
      stream.send(new Uint8Array(40))
      if (each % 100 === 0) await new Promise(setImmediate)
    }
    await until(() => stream.writeBufferLength === 0, 'all is sent')
    assert.deepEqual(link.faults, [])
    assert.ok(link.isOpen())
  })

  test('a frame that says it is longer than its window ends the link before it is here', async t => {
    const link = await linked(t)
    link.muxer.sendFrame({ type: 0, flag: 0, streamID: 99_999, length: 0xffff_ffff }, new Uint8Array(1_000))
    await until(() => !link.isOpen(), 'the link is ended')
    assert.deepEqual(link.faults, ['/yamux/1.0.0 unread'])
  })
})
