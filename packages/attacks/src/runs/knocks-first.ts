import { delay } from '@peerwatch/model'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** As many as the victim wants. */
const NAMES_COUNT = 8
/** The victim chooses half of them itself. */
const OWN_COUNT = 4
const KNOCKS_EVERY_MS = 20
const WINDOWS = 6

export const knocksFirst: AttackRun = {
  name: 'knocks-first',
  does: 'Eight names knock at a node that starts, before it has looked for anybody.',
  takes: 'windows',
  run: async ({ network, attacker, clock, say }) => {
    const net = await network()
    const [before] = net.peers
    if (before == null) throw new TypeError('a network without a peer has no victim')
    const addresses = before.libp2p.getMultiaddrs()
    const strangers = await Promise.all(Array.from({ length: NAMES_COUNT }, async () => attacker(net)))
    const over = new AbortController()
    const knock = async ({ libp2p }: (typeof strangers)[number]): Promise<void> => {
      // the first link may be to the node that stops
      for (; !over.signal.aborted; await delay(clock, KNOCKS_EVERY_MS)) {
        if (libp2p.getConnections().length === 0) await libp2p.dial(addresses).catch(() => {})
      }
    }
    say(`${before.name} starts again, and ${NAMES_COUNT} names knock`)
    const sinceMs = clock.monotonicMs()
    const restarting = net.restart(before)
    const knocking = Promise.all(strangers.map(knock))
    const victim = await restarting
    const { neighbours } = victim.libp2p.services.peerwatch.assembly
    const names = new Set(strangers.map(({ peer }) => peer))
    const links = (isStranger: boolean): number => neighbours.list().filter(({ peer, state }) => state === 'connected' && names.has(peer) === isStranger).length
    await net.until(() => links(true) === NAMES_COUNT, 'they are in')
    over.abort()
    await knocking
    const isItself = await net.until(() => links(false) >= OWN_COUNT, 'it has links of its own')
    const tookMs = seconds(clock, sinceMs)
    let fewest = links(false)
    let closed = 0
    victim.libp2p.services.peerwatch.addEventListener('window:closed', () => {
      closed++
      fewest = Math.min(fewest, links(false))
    })
    await net.until(() => closed >= WINDOWS, 'windows pass')
    const pass = isItself && fewest >= OWN_COUNT && net.heard('alarm', idOf(victim)).length === 0
    return {
      cost: `${NAMES_COUNT} names that need not register, of one address`,
      effect: `they had ${links(true)} links of the node, and others ${links(false)}, never fewer than ${fewest} in the ${WINDOWS} windows after`,
      endedBy: isItself ? `the node's own choice: ${OWN_COUNT} links within ${tookMs}` : 'nothing',
      pass
    }
  }
}
