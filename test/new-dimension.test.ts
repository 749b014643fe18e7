/**
 * A new dimension is a row, a rule and an observer: the three files of test/support/repetition. Nothing else knows it, and it goes all the way.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { DIMENSIONS } from '@peerwatch/detection'
import { dimensionTable } from '@peerwatch/model'
import { createTestnet } from '@peerwatch/node/testnet'
import { OBSERVERS } from '@peerwatch/peer/parts'
import { repetitionObserver } from './support/repetition/observer.ts'
import { repetition } from './support/repetition/row.ts'
import { until } from './support/until.ts'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'

const dimensions = dimensionTable([...DIMENSIONS.rows, repetition])
const observers = [...OBSERVERS, repetitionObserver]
const COPIES = 32
/** Neighbours beside the culprit that a finding needs, and the culprit. */
const CONTROLS = 4

interface Sender {
  sendRpc: (peer: string, rpc: { readonly messages: readonly { readonly from?: Uint8Array }[] }) => boolean
}

/** Sends each message of its own many times over. */
function repeats({ libp2p }: PeerwatchNode): void {
  const sender = libp2p.services.pubsub as unknown as Sender
  const send = sender.sendRpc.bind(sender)
  const own = libp2p.peerId.toMultihash().bytes
  sender.sendRpc = (peer, rpc) => {
    const messages = rpc.messages.flatMap(message => {
      const isOwn = message.from != null && Buffer.compare(message.from, own) === 0
      return Array.from({ length: isOwn ? COPIES : 1 }, () => message)
    })
    return send(peer, { ...rpc, messages })
  }
}

type Told<K extends keyof PeerwatchEvents> = { readonly node: PeerwatchNode; readonly detail: PeerwatchEvents[K]['detail'] }

let net: Testnet
let culprit: PeerwatchNode
const cuts: Told<'neighbour:cut'>[] = []
const opened: Told<'case:opened'>[] = []
const findings: Told<'finding:signed'>[] = []
const made: Told<'certificate:made'>[] = []
const evicted: Told<'peer:evicted'>[] = []

function keep<K extends keyof PeerwatchEvents>(node: PeerwatchNode, event: K, list: Told<K>[]): void {
  node.libp2p.services.peerwatch.addEventListener(event, told => {
    list.push({ node, detail: told.detail })
  })
}

before(async () => {
  net = await createTestnet({
    seeds: 1,
    trusted: 2,
    peers: 5,
    nodeInit: name => ({
      dimensions,
      observers,
      ...(name.startsWith('peer') && { chat: { everyMs: 1_000 } }),
      http: name === 'trusted-1' ? { port: 0 } : false,
      onCreated: node => {
        keep(node, 'neighbour:cut', cuts)
        keep(node, 'case:opened', opened)
        keep(node, 'finding:signed', findings)
        keep(node, 'certificate:made', made)
        keep(node, 'peer:evicted', evicted)
      }
    })
  })
  culprit = await net.addPeer()
  await until(() => [...net.trusted, ...net.peers].every(node => node.view.ready().ready), 'all nodes are ready')
  const links = (): number[] => [...net.peers, ...net.trusted.flatMap(node => node.watchers())].map(node => node.view.status().neighbours.length)
  await until(() => links().every(count => count >= CONTROLS), 'everybody has neighbours to compare the culprit with')
  repeats(culprit)
})
after(async () => {
  await net.stop()
})

const isCulprit = (peer: { toString: () => string }): boolean => peer.toString() === culprit.peerId.toString()
/** All that judge or enforce: the culprit itself takes nobody's word against it. */
const others = (): PeerwatchNode[] => [...net.seeds, ...net.trusted, ...net.peers].filter(node => node !== culprit)

/** Those that found the culprit guilty. */
const finders = (): Set<string> =>
  new Set(findings.filter(({ detail }) => isCulprit(detail.subject) && detail.outcome === 'failed').map(({ detail }) => detail.by.toString()))

suite('a dimension that three files add', () => {
  test('neighbours see the misdeed, end their links by the rule of its row, and report it', async () => {
    await until(() => cuts.length > 0, 'a neighbour cut the culprit')
    await until(() => opened.length > 0, 'a trusted node opened a case')
    assert.ok(opened.every(({ detail }) => isCulprit(detail.subject) && detail.dimension === 'repetition'))
  })

  test('watchers see it too, and their nodes sign findings with controls that passed by its rule', async () => {
    await until(() => finders().size === net.trusted.length, 'every trusted node signed a finding')
  })

  test('a certificate names it, and every node reads, takes and enforces that', async () => {
    await until(() => made.length > 0, 'a certificate was made')
    await until(
      () => others().every(node => node.view.evictions().some(({ peer, dimension }) => isCulprit(peer) && dimension === 'repetition')),
      'the eviction is in force on every node'
    )
    const [{ detail }] = made as [Told<'certificate:made'>]
    assert.equal(detail.dimension, 'repetition')
    assert.equal(detail.signers.length, net.trusted.length)
    assert.match(detail.reason, /^repetition: 2 trusted nodes saw it/)
  })

  test('nobody else is cut, found guilty or evicted, and nobody for anything else', () => {
    for (const { detail } of cuts) assert.deepEqual([isCulprit(detail.peer), detail.dimension], [true, 'repetition'])
    for (const { detail } of findings.filter(finding => finding.detail.outcome === 'failed')) assert.ok(isCulprit(detail.subject))
    for (const { detail } of evicted) assert.deepEqual([isCulprit(detail.peer), detail.dimension], [true, 'repetition'])
  })

  test('the operator is shown its ratio and its series', async () => {
    const [trusted] = net.trusted as [PeerwatchNode]
    const { tier } = trusted.libp2p.services.peerwatch.assembly
    const shown = tier!.examination.evidenceOf(culprit.peerId.toString() as never)
    assert.ok(Object.hasOwn(shown.standing.dimensions, 'repetition'))
    const { address } = JSON.parse(readFileSync(join(trusted.dataDir!, 'api.json'), 'utf8')) as { readonly address: string }
    const page = await (await fetch(`${address}/metrics`)).text()
    for (const series of ['cuts_total', 'cuts_in_force', 'evictions_total', 'cases_opened_total', 'verdicts_signed_total']) {
      assert.match(page, new RegExp(`^peerwatch_${series}\\{dimension="repetition"\\} \\d`, 'm'))
    }
  })
})
