import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESOURCE_SLOT_MS } from '@peerwatch/detection'
import { caller, peerIdBytes, peerIdText } from '@peerwatch/link'
import { systemClock } from '@peerwatch/model/system-clock'
import { messages, PROTOCOLS, QUERY_STATUS } from '@peerwatch/wire'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { testHost, until } from '../../../link/test/support/core.ts'
import { appNetwork } from '../../../peer/test/support/application.ts'
import type { QueryRequest, QueryResponse } from '@peerwatch/wire'

test('O33: request frames within the allowance of their protocol are no flood, those beyond it are cut as one', async t => {
  const net = await appNetwork()
  t.after(net.stop)
  const asker = await testHost(net.network)
  t.after(async () => asker.node.stop())
  const { core } = net.trusted.services.peerwatch.assembly
  const cuts: string[] = []
  core.events.addEventListener('neighbour:cut', ({ detail }) => cuts.push(`${detail.peer.toString()} ${detail.dimension}`))
  const { call, isOpen } = caller<QueryRequest, QueryResponse>(await asker.node.dialProtocol(net.trusted.getMultiaddrs(), PROTOCOLS.query), {
    clock: systemClock,
    request: messages.queryRequest,
    response: messages.queryResponse,
    mostUnderWay: 1_000,
    timeoutMs: HANGS_AFTER_MS,
    onEnd: () => {}
  })
  const slot = (): number => Math.floor(core.clock.monotonicMs() / RESOURCE_SLOT_MS)
  const inNextSlot = async (): Promise<void> => {
    const now = slot()
    await until(() => slot() > now, 'the next slot')
  }

  const standingOf = peerIdBytes(peerIdText(net.seed.peerId))
  for (let turn = 0; turn < 3; turn++) {
    await inNextSlot()
    const answers = await Promise.all(Array.from({ length: 100 }, async () => call({ standingOf })))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([QUERY_STATUS.done]), 'ten times the limit of streams')
  }
  await inNextSlot()
  assert.deepEqual(cuts, [])

  // one stream, and seldom a granted question, so that neither streams nor refusals in a row are too many
  const floodedSlots: number[] = []
  await until(async () => {
    await inNextSlot()
    const begun = slot()
    const answers = await Promise.allSettled(Array.from({ length: 60 }, async () => call({ certificates: true })))
    const refused = answers.filter(answer => answer.status === 'fulfilled' && answer.value.status === QUERY_STATUS.busy)
    if (refused.length >= 20 && slot() === begun) floodedSlots.push(begun)
    const [oldest = -Infinity, , newest = Infinity] = floodedSlots.slice(-3)
    // between the first and the third of three slots a window ends, and six windows have not passed
    return cuts.length > 0 || !isOpen() || newest - oldest < 5
  }, 'the evidence is complete')
  assert.deepEqual(cuts, [`${asker.core.self} resource`])
})
