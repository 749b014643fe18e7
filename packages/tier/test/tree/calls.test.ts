import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { messages, PROTOCOLS, TREE_STATUS } from '@peerwatch/wire'
import { caller, peerIdBytes, Refusal } from '@peerwatch/link'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { tierCalls, tierTable } from '../../src/tree/calls.ts'
import { trustedLinks } from '../../src/tree/trusted-links.ts'
import { memberClocks } from '../../src/tree/member-clocks.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import type { TestContext } from 'node:test'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse, WireCodec } from '@peerwatch/wire'
import type { Call } from '@peerwatch/link'
import type { TestHost, TestKeys } from '../../../link/test/support/core.ts'
import type { TierParts, TierTable } from '../../src/tree/calls.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'

/** What another field in the `.proto` is on the wire: `bytes greeting = 15`, here behind all others. */
const TAG = (15 << 3) | 2
const WIRE = { varint: 0, fixed64: 1, bytes: 2 }
type Greeted<T> = T & { readonly greeting?: Uint8Array }

function greetingIn(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at]!
    const [value, size] = varintAt(bytes, at + 1)
    if (tag === TAG) return bytes.subarray(at + 1 + size)
    const kind = tag & 7
    assert.ok(Object.values(WIRE).includes(kind), `field of kind ${kind}`)
    at += 1 + (kind === WIRE.fixed64 ? 8 : size + (kind === WIRE.bytes ? value : 0))
  }
  return undefined
}

function varintAt(bytes: Uint8Array, at: number): [value: number, size: number] {
  const last = bytes.subarray(at).findIndex(byte => byte < 0x80)
  const groups = [...bytes.subarray(at, at + last + 1)]
  return [groups.reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0), groups.length]
}

function withGreeting<T extends object>({ maxBytes, encode, decode }: WireCodec<T>): WireCodec<T> {
  return {
    maxBytes,
    encode: (message: Greeted<Partial<T>>) => {
      const { greeting } = message
      return new Uint8Array([...encode(message), ...(greeting == null ? [] : [TAG, greeting.length, ...greeting])])
    },
    decode: bytes => {
      const found = greetingIn(bytes)
      return found == null ? decode(bytes) : { ...decode(bytes), greeting: found }
    }
  }
}

/** Latin 1 out, UTF-8 in: what is not ASCII arrives as garbage. */
function inTheField<Frame extends object>(): { encode: (text: string) => Frame; decode: (frame: Frame) => string | undefined } {
  return {
    encode: text => ({ greeting: Buffer.from(text, 'latin1') }) as unknown as Frame,
    decode: (frame: Greeted<Frame>) => frame.greeting && new TextDecoder('utf-8', { fatal: true }).decode(frame.greeting)
  }
}

type Greet = Call<TreeRequest, TreeResponse, TierParts, string, string>
type Greeting = TierTable<typeof tierCalls & { readonly greet: Greet }>

function greetBack(text: string): string | Refusal {
  return text === 'go away' ? new Refusal('refused', 'rude') : `${text} yourself`
}

/** The table of the tier with one more row. */
function greetingTable(mayCall: Greet['mayCall']): Greeting {
  return {
    ...tierTable,
    request: withGreeting(messages.treeRequest),
    response: withGreeting(messages.treeResponse),
    rows: { ...tierCalls, greet: { ask: inTheField(), answer: inTheField(), mayCall, handle: greetBack } }
  }
}

interface Node extends TestHost {
  readonly peer: PeerIdString
  readonly links: TrustedLinks<Greeting['rows']>
  readonly faults: string[]
}

async function start(t: TestContext, { network }: TestKeys, key: PrivateKey, table: Greeting, others: readonly TestHost[]): Promise<Node> {
  const host = await testHost(network, key)
  const { node, core } = host
  for (const other of others) await node.peerStore.merge(other.node.peerId, { multiaddrs: other.node.getMultiaddrs() })
  const tokens = tokenBook(core)
  await tokens.load()
  const faults: string[] = []
  core.events.addEventListener('peer:fault', ({ detail }) => faults.push(`${detail.protocol} ${detail.what}`))
  const links = trustedLinks(core, {
    registry: { find: async () => [] },
    tokens,
    clocks: memberClocks(core),
    times: { leastBackoffMs: 50, mostBackoffMs: 200, callTimeoutMs: HANGS_AFTER_MS },
    erasures: { told: () => ({ digest: new Uint8Array(), signed: [], keptFromEpoch: 0 }), hear: async () => {} },
    settling: { told: () => ({ settledRoster: 0 }), hear: () => {} },
    table,
    parts: {} as TierParts,
    reportsPerSecond: () => 0
  })
  t.after(async () => {
    await links.stop?.()
    core.health.stop()
    await node.stop()
  })
  core.health.start()
  await links.beforeStart?.()
  await links.start?.()
  return { ...host, peer: core.self, links, faults }
}

test('T19: a call between trusted nodes, be it a row that was just added, reaches its handler only from those whom its row names, and its garbage is counted', async t => {
  const keys = await testNetwork({ trusted: 2 })
  const [asked, asking] = keys.trusted
  assert.ok(asked && asking)
  const mayAsk = new Set<PeerIdString>()
  const one = await start(
    t,
    keys,
    asked,
    greetingTable(from => mayAsk.has(from)),
    []
  )
  const two = await start(
    t,
    keys,
    asking,
    greetingTable(() => false),
    [one]
  )
  await until(() => two.links.link(one.peer)?.isUp() === true, 'the link is up')
  const greet = async (text: string): Promise<string> => two.links.link(one.peer)!.call('greet', text)

  await assert.rejects(greet('hello'), { code: 'refused', message: /greet is not for this node/ })
  mayAsk.add(two.peer)
  assert.equal(await greet('hello'), 'hello yourself')
  await assert.rejects(greet('go away'), { code: 'refused', message: /rude/ })
  assert.deepEqual([...one.faults, ...two.faults], [])

  await assert.rejects(greet('gr\u00fc\u00df'), { code: 'refused', message: /malformed greet/ })
  assert.deepEqual([one.faults, two.faults], [['greet malformed'], []])
  assert.equal(await greet('hello'), 'hello yourself', 'the link goes on')
})

test('T19: an answer that is garbage is counted against who gave it', async t => {
  const keys = await testNetwork({ trusted: 2 })
  const [asked, asking] = keys.trusted
  assert.ok(asked && asking)
  const open = greetingTable(() => true)
  const garbled: Greeting = { ...open, rows: { ...open.rows, greet: { ...open.rows.greet, handle: () => '\u00fc' } } }
  const one = await start(t, keys, asked, garbled, [])
  const two = await start(t, keys, asking, open, [one])
  await until(() => two.links.link(one.peer)?.isUp() === true, 'the link is up')
  await assert.rejects(two.links.link(one.peer)!.call('greet', 'hello'), { code: 'refused', message: 'malformed greet' })
  assert.deepEqual([one.faults, two.faults], [[], ['greet malformed']])
})

test('T19: who may make no call of the table gets no stream, and is counted', async t => {
  const keys = await testNetwork({ trusted: 1 })
  const one = await start(
    t,
    keys,
    keys.trusted[0]!,
    greetingTable(() => false),
    []
  )
  const stranger = await testHost(keys.network)
  t.after(async () => stranger.node.stop())
  const stream = await stranger.node.dialProtocol(one.node.getMultiaddrs(), PROTOCOLS.tree).catch(() => undefined)
  await until(() => one.faults.includes(`${PROTOCOLS.tree} not-trusted`), 'the stranger is counted')
  await until(() => stream == null || stream.status !== 'open', 'the stream is gone')
})

test('T19: who may make a single call of the table gets a stream for it, and nothing else', async t => {
  const keys = await testNetwork({ trusted: 1 })
  const table = greetingTable(() => true)
  const one = await start(t, keys, keys.trusted[0]!, table, [])
  const stranger = await testHost(keys.network)
  t.after(async () => stranger.node.stop())
  const asking = caller<TreeRequest, TreeResponse>(await stranger.node.dialProtocol(one.node.getMultiaddrs(), PROTOCOLS.tree), {
    clock: systemClock,
    request: table.request,
    response: table.response,
    mostUnderWay: 4,
    timeoutMs: HANGS_AFTER_MS,
    onEnd: () => {}
  })
  const greet = table.rows.greet.ask.encode('hello')
  assert.equal(table.rows.greet.answer.decode(await asking.call(greet)), 'hello yourself')
  const { status, reason } = await asking.call({ standingOf: peerIdBytes(one.peer) })
  assert.deepEqual([status, reason], [TREE_STATUS.refused, 'standingOf is not for this node'])
})
