import { systemClock } from '@peerwatch/model/system-clock'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { AttackOutcome, Ground } from './attack-run.ts'

export const HOURS_MS = 3 * 3_600_000
/** Reports of each peer while the clock is wrong. */
const REPORTS = 5

/** One server tells a wrong time from its start on, and then another one. */
export async function wrongClock({ network }: Ground, name: string, offMs: number): Promise<AttackOutcome> {
  let wrongByMs = offMs
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + wrongByMs }
  const net = await network({ nodeInit: each => (each === name ? { clock } : {}) })
  /** Watchers run in the process of their trusted node, and go by its clock. */
  const isWrong = (node: PeerwatchNode): boolean => node.name === name || net.trusted.some(each => each.name === name && each.watchers().includes(node))
  const others = net.nodes().filter(node => !isWrong(node) && !net.trusted.includes(node))
  const isMoved = (): boolean =>
    others.some(node => {
      const { windows } = node.libp2p.services.peerwatch.assembly.core
      return Math.abs(windows.nowMs() - systemClock.nowMs()) > windows.windowMs
    })
  const taken = (): number => Math.min(...net.peers.map(peer => net.heard('report:acknowledged').filter(({ by }) => by === peer).length))
  const goesOn = async (): Promise<boolean> => {
    const before = taken()
    return (await net.until(() => taken() >= before + REPORTS, 'reports are acknowledged')) && !isMoved()
  }
  const before = await goesOn()
  wrongByMs = -2 * offMs
  const after = await goesOn()
  const refused = net.heard('report:refused').filter(({ by }) => !isWrong(by)).length
  const alarms = net.heard('alarm').filter(({ fields }) => fields.code === 'clocks-differ')
  return {
    cost: 'its own clock',
    effect: `${refused} reports were refused, and the time of no other node moved; ${alarms.length} alarms named clocks that differ`,
    endedBy: 'a majority of one’s own clock and of what trusted nodes say; a seed has no voice',
    pass: before && after && refused === 0 && net.harm().length === 0
  }
}
