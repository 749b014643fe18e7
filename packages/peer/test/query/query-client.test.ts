import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frames } from '@peerwatch/link'
import { manualClock } from '@peerwatch/model/testing'
import { messages, PROTOCOLS, QUERY_STATUS } from '@peerwatch/wire'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import { queryClient } from '../../src/query/query-client.ts'

test('a trusted node that is busy is not asked again for a second', async t => {
  const { network, trusted } = await testNetwork({ trusted: 1 })
  const clock = manualClock()
  const [node, asker] = [await testHost(network, trusted[0]), await testHost(network, undefined, { clock })]
  t.after(async () => Promise.all([node.node.stop(), asker.node.stop()]))
  let asked = 0
  await node.node.handle(PROTOCOLS.query, stream => {
    const link = frames(stream, {
      clock: node.core.clock,
      maxFrameBytes: messages.queryRequest.maxBytes,
      onFrame: frame => {
        asked++
        link.send(messages.queryResponse.encode({ id: messages.queryRequest.decode(frame).id, status: QUERY_STATUS.busy, reason: 'busy' }))
      },
      onEnd: () => {}
    })
  })
  await asker.node.dial(node.node.getMultiaddrs())
  const queries = queryClient(asker.core, { registry: { find: async () => [] } })
  t.after(queries.stop)
  const ask = async (): Promise<void> => assert.rejects(queries.standing(node.core.self), { code: 'no-route' })
  for (let time = 0; time < 5; time++) await ask()
  assert.equal(asked, 1)
  clock.advance(999)
  await ask()
  assert.equal(asked, 1)
  clock.advance(1)
  await ask()
  assert.equal(asked, 2)
})
