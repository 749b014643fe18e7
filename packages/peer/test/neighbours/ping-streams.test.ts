import { PROTOCOLS } from '@peerwatch/wire'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pingStreams } from '../../src/neighbours/ping-streams.ts'
import { systemClock } from '@peerwatch/model/system-clock'
import { until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import type { TestContext } from 'node:test'
import type { Connection, Stream, StreamMuxer } from '@libp2p/interface'
import type { Pinged } from '../../src/neighbours/ping.ts'

const TIMEOUT_MS = 20_000
const EVERY_MS = 1_000

interface Link {
  readonly connection: Connection
  readonly ping: (connection: Connection, timeoutMs: number) => Promise<Pinged>
  /** Ping streams as the other side sees them come. */
  readonly came: readonly Stream[]
  /** Moves the time by which streams grow old. */
  readonly pass: (ms: number) => void
}

/** A link to a host as libp2p makes it; `answer` takes the place of its ping service. */
async function link(
  t: TestContext,
  init: { readonly answer?: (stream: Stream) => void; readonly mayKeep?: boolean; readonly everyMs?: number } = {}
): Promise<Link> {
  const [from, to] = await Promise.all([plainHost(), plainHost()])
  t.after(async () => Promise.all([from.stop(), to.stop()]))
  if (init.answer != null) {
    await to.unhandle(PROTOCOLS.ping)
    await to.handle(PROTOCOLS.ping, init.answer)
  }
  const connection = await from.dial(to.getMultiaddrs())
  await until(() => to.getConnections().length === 1, 'no link at the other side')
  const [far] = to.getConnections()
  const streams: Stream[] = []
  const { muxer } = far as Connection & { readonly muxer: StreamMuxer }
  muxer.addEventListener('stream', ({ detail }) => streams.push(detail))
  let passedMs = 0
  return {
    connection,
    ping: pingStreams({
      clock: { monotonicMs: () => systemClock.monotonicMs() + passedMs },
      timers: systemClock,
      mayKeep: () => init.mayKeep ?? true,
      everyMs: () => init.everyMs ?? EVERY_MS
    }),
    get came() {
      return streams.filter(({ protocol }) => protocol === PROTOCOLS.ping)
    },
    pass: ms => {
      passedMs += ms
    }
  }
}

function echo(stream: Stream): void {
  stream.addEventListener('message', ({ data }) => {
    stream.send(data)
  })
}

test('pings that come often share a stream, until it is nearly as old as the other side lets it be', async t => {
  const at = await link(t)
  const pings = async (count: number): Promise<void> => {
    for (let time = 0; time < count; time++) {
      assert.equal(await at.ping(at.connection, TIMEOUT_MS), 'answered')
      at.pass(EVERY_MS)
    }
  }
  await pings(5)
  assert.deepEqual(
    at.came.map(({ status }) => status),
    ['open']
  )
  await pings(6)
  assert.equal(at.came.length, 2)
  await until(() => at.came[0]!.status === 'closed', 'the old stream is left open')
})

test('where pings come seldom, or the application pings too, each has a stream that ends with it', async t => {
  for (const init of [{ everyMs: 13_000 }, { mayKeep: false }]) {
    const at = await link(t, init)
    for (let time = 0; time < 3; time++) assert.equal(await at.ping(at.connection, TIMEOUT_MS), 'answered')
    assert.equal(at.came.length, 3)
    await until(() => at.came.every(({ status }) => status === 'closed'), 'a stream is left open')
  }
})

test('O30: a kept stream that the other side has ended is no miss: the same ping asks over a new one', async t => {
  const streams: Stream[] = []
  let endsInstead = false
  const { ping, connection } = await link(t, {
    answer: stream => {
      streams.push(stream)
      stream.addEventListener('message', ({ data }) => {
        if (endsInstead) stream.abort(new Error('with the ping in it'))
        else stream.send(data)
        endsInstead = false
      })
    }
  })
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered')
  streams[0]!.abort(new Error('its time is up'))
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered')
  assert.equal(streams.length, 2)
  endsInstead = true
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered')
  assert.equal(streams.length, 3)
})

test('O31: who falls silent on a kept stream is silent when the time-out of that very ping is over', async t => {
  let isSilent = false
  const streams: Stream[] = []
  const { ping, connection } = await link(t, {
    answer: stream => {
      streams.push(stream)
      stream.addEventListener('message', ({ data }) => {
        if (!isSilent) stream.send(data)
      })
    }
  })
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered')
  isSilent = true
  assert.equal(await ping(connection, 300), 'silent')
  assert.equal(streams.length, 1, 'silence is not tried again within one ping')
  isSilent = false
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered', 'an answer that comes too late is none to the next ping')
  assert.equal(streams.length, 2)
})

test('O31: a wrong answer on a kept stream is none, and not asked for again within one ping', async t => {
  let isWrong = false
  const streams: Stream[] = []
  const { ping, connection } = await link(t, {
    answer: stream => {
      streams.push(stream)
      stream.addEventListener('message', ({ data }) => {
        stream.send(isWrong ? data.subarray().map(byte => byte ^ 1) : data)
      })
    }
  })
  assert.equal(await ping(connection, TIMEOUT_MS), 'answered')
  isWrong = true
  assert.equal(await ping(connection, TIMEOUT_MS), 'silent')
  assert.equal(streams.length, 1)
})

test('a wrong answer, one that nobody asked for, and a link that is gone are no answers', async t => {
  const { ping, connection } = await link(t, {
    answer: stream => {
      stream.addEventListener('message', ({ data }) => {
        stream.send(data.subarray().map(byte => byte ^ 1))
      })
    }
  })
  assert.equal(await ping(connection, TIMEOUT_MS), 'silent')
  const streams: Stream[] = []
  const talkative = await link(t, {
    answer: stream => {
      streams.push(stream)
      echo(stream)
    }
  })
  assert.equal(await talkative.ping(talkative.connection, TIMEOUT_MS), 'answered')
  streams[0]!.send(new Uint8Array(32))
  await until(() => streams[0]!.status !== 'open', 'who talks between pings is listened to')
  assert.equal(await talkative.ping(talkative.connection, TIMEOUT_MS), 'answered')
  assert.equal(streams.length, 2)
  await talkative.connection.close()
  assert.equal(await talkative.ping(talkative.connection, TIMEOUT_MS), 'over')
})
