import { frames } from '@peerwatch/link'
import { ANSWER_STATUS, messages, PROTOCOLS } from '@peerwatch/wire'
import { idOf } from '../trial/ground-network.ts'
import type { Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { AttackRun } from '../trial/attack-run.ts'

const THIEF = 'trusted-1'
const CREDITS = 512
/** One in twenty reports is asked for, and only after some windows. */
const GOOD_WINDOWS = 120
/** Further peers, until it is the first entry of one. */
const MORE_PEERS = 8

/** Has a trusted node say of each report that it is stored, and forget it. */
function acknowledgeAll(node: PeerwatchNode, onReport: () => void): void {
  const { core } = node.libp2p.services.peerwatch.assembly
  const { registrar } = core.components
  const handle = registrar.handle.bind(registrar)
  const take = (stream: Stream): void => {
    const framed = frames(stream, {
      clock: core.clock,
      maxFrameBytes: messages.reportUp.maxBytes,
      onFrame: bytes => {
        const answers = messages.reportUp.decode(bytes).reports.map(({ number }) => ({ number, status: ANSWER_STATUS.stored, code: 0 }))
        for (const _ of answers) onReport()
        framed.send(messages.reportDown.encode({ answers, credits: answers.length }))
      },
      onEnd: () => {}
    })
    const { window, offsetMs } = core.windows.now()
    framed.send(messages.reportDown.encode({ hello: { window, windowOffsetMs: Math.floor(offsetMs) }, credits: CREDITS }))
  }
  registrar.handle = async (name, handler, options) => handle(name, name === PROTOCOLS.report ? take : handler, options)
}

/** The entry that it prefers, and the one that it uses. */
function entriesOf(peer: PeerwatchNode): { readonly first: PeerIdString | undefined; readonly used: PeerIdString | undefined } {
  const status = peer.libp2p.services.peerwatch.assembly.reporting?.status()
  return { first: status?.entries[0]?.peer, used: status?.entry }
}

export const throwsAway: AttackRun = {
  name: 'throws-away',
  does: 'A trusted node acknowledges every report that it gets as an entry, and throws it away.',
  takes: 'minutes',
  damages: true,
  run: async ({ network }) => {
    let thrownCount = 0
    const onCreated = (node: PeerwatchNode): void => {
      if (node.name === THIEF) acknowledgeAll(node, () => thrownCount++)
    }
    const net = await network({ nodeInit: name => (name === THIEF ? { onCreated } : {}) })
    const thief = idOf(net.trusted[0]!)
    const prefers = (peer: PeerwatchNode): boolean => entriesOf(peer).first === thief
    for (let more = 0; more < MORE_PEERS && !net.peers.some(prefers); more++) await net.addPeer()
    const robbed = net.peers.filter(prefers)
    const lost = () => net.heard('alarm').filter(({ fields }) => fields.code === 'report-lost')
    const hasLeft = (peer: PeerwatchNode): boolean => entriesOf(peer).used !== thief && lost().some(({ by }) => by === peer)
    const isLeft = await net.until(() => robbed.every(hasLeft), 'its peers leave it', GOOD_WINDOWS)
    const witnesses = net.trusted.map(idOf).filter(peer => peer !== thief)
    const isNamed = lost().every(({ fields }) => [`${thief} acknowledged`, ...witnesses].every(name => String(fields.message).includes(name)))
    const thrown = thrownCount
    return {
      cost: `the place of one of ${net.trusted.length} trusted nodes`,
      effect: `it threw ${thrown} reports away; ${robbed.filter(hasLeft).length} of the ${robbed.length} peers that had it as their first entry left it`,
      endedBy: `they asked others for one report in twenty, and the alarms named it and the two that missed a report`,
      pass: isLeft && robbed.length > 0 && isNamed && thrown > 0
    }
  }
}
