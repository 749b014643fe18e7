import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { assemblePeer } from '../src/assemble-peer.ts'
import { roleService } from '../src/peerwatch.ts'
import { application } from './support/application.ts'
import { testNetwork } from '../../link/test/support/core.ts'
import type { AddressInfo } from 'node:net'
import type { Part } from '@peerwatch/link'

test('of a node whose port is taken no part begins or goes on once it is stopped, however far its start had come', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { network } = await testNetwork()
  const seen: string[] = []
  const { promise: isReady, resolve: getReady } = Promise.withResolvers<void>()
  const slow: Part = {
    start: async () => {
      await isReady
      seen.push('the slow part has started')
    },
    stop: () => {
      seen.push('the slow part stops')
    }
  }
  const next: Part = {
    start: () => {
      seen.push('the next part starts')
    }
  }
  const app = await application(network, {
    libp2p: { start: false, addresses: { listen: [`/ip4/127.0.0.1/tcp/${(other.address() as AddressInfo).port}`] } },
    service: roleService({}, (components, events) => {
      const peer = assemblePeer(components, events, { network })
      return { ...peer, parts: [...peer.parts, slow, next] }
    })
  })
  const closed = assert.rejects(app.services.peerwatch.whenRegistered(), { code: 'closed' })
  const failed = assert.rejects(async () => app.start())
  await closed
  getReady()
  await failed
  assert.deepEqual(seen, ['the slow part has started', 'the slow part stops'])
})
