import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { askNode } from '../../src/http/ask-node.ts'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Answer } from '../../src/http/ask-node.ts'

/** A server that does with each connection what a test says; resolves to its address. */
async function serving(t: TestContext, serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function ask(address: string, signal?: AbortSignal): Promise<Answer> {
  return askNode({ address, token: 'secret', method: 'GET', path: '/v1/status', ...(signal != null && { signal }) })
}

test('a node is asked with the token and its own host, and its answer comes whole, in however many pieces', async t => {
  let asked = ''
  const address = await serving(t, socket => {
    socket.on('data', piece => {
      asked += String(piece)
      if (!asked.endsWith('\r\n\r\n')) return
      for (const text of ['HTTP/1.1 50', '3 Busy\r\nContent-Length: 7\r', '\n\r\n{"a"', ':1}']) socket.write(text)
      socket.end()
    })
  })
  const answer = await ask(address)
  assert.equal(answer.status, 503)
  assert.equal(await answer.text(), '{"a":1}')
  assert.equal(asked, `GET /v1/status HTTP/1.0\r\nhost: ${address.slice(7)}\r\nauthorization: Bearer secret\r\n\r\n`)
})

test('what streams is given as it comes', async t => {
  const address = await serving(t, socket => {
    socket.write('HTTP/1.1 200 OK\r\n\r\none\n')
    socket.on('data', () => socket.end('two\n'))
  })
  const { pieces } = await ask(address)
  let text = ''
  for await (const piece of pieces) text += String(piece)
  assert.equal(text, 'one\ntwo\n')
})

for (const { what, says, error } of [
  { what: 'another protocol', says: 'SSH-2.0-OpenSSH_9.6\r\n\r\n', error: /no answer in HTTP: "SSH/ },
  { what: 'nothing', says: '', error: /ended the connection without an answer/ },
  { what: 'a head without end', says: 'x'.repeat(20_000), error: /no answer in HTTP/ },
  { what: 'chunks, which nobody asked for', says: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n', error: /no answer in HTTP/ }
]) {
  test(`whoever answers with ${what} is no node`, async t => {
    const address = await serving(t, socket => socket.end(says))
    await assert.rejects(ask(address), error)
  })
}

test('an answer that is cut off is none', async t => {
  const address = await serving(t, socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"a":'))
  const answer = await ask(address)
  await assert.rejects(answer.text(), /5 of 20 bytes of its answer came/)
})

test("where nobody listens the error is the system's own, and whoever says nothing is waited for as long as the caller likes", async t => {
  await assert.rejects(ask('http://127.0.0.1:1'), { code: 'ECONNREFUSED' })
  const ending = new AbortController()
  const address = await serving(t, () => {
    ending.abort(new Error('long enough'))
  })
  await assert.rejects(ask(address, ending.signal), /long enough/)
})
