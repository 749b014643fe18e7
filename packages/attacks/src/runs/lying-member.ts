import { messages, PROTOCOLS } from '@peerwatch/wire'
import { liar } from '../trial/altered-answers.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const LIAR = 'trusted-1'
/** As packages/tier has it. */
const REFUSED = 5
/** Reports of each peer. */
const REPORTS_COUNT = 5

export const lyingMember: AttackRun = {
  name: 'lying-member',
  does: 'A trusted node answers that each report which another one hands over to it is forged.',
  takes: 'windows',
  damages: true,
  run: async ({ network }) => {
    let liesCount = 0
    const nodeInit = liar(LIAR, PROTOCOLS.tree, messages.treeResponse, answer => {
      liesCount += answer.outcomes.length
      return { ...answer, outcomes: answer.outcomes.map(() => REFUSED) }
    })
    const net = await network({ nodeInit })
    const told = (by: (typeof net.peers)[number]): number => net.heard('report:acknowledged').filter(each => each.by === by).length
    const before = liesCount
    const isTaken = await net.until(() => liesCount > before && net.peers.every(peer => told(peer) >= REPORTS_COUNT), 'reports are acknowledged')
    const honest = new Set<string>(net.nodes().map(idOf))
    const refused = net.heard('report:refused').length
    const blamed = net.heard('peer:fault').filter(({ fields }) => honest.has(String(fields.peer)) && fields.what === 'bad-signature').length
    const alarms = net.heard('alarm').filter(({ fields }) => fields.code === 'owner-disagrees')
    const isNamed = alarms.every(({ fields }) => String(fields.message).includes(idOf(net.trusted[0]!)))
    return {
      cost: `the place of one of ${net.trusted.length} trusted nodes`,
      effect: `it refused ${liesCount} records, ${refused} of which were refused to their reporters; ${blamed} faults were counted against honest nodes`,
      endedBy: `nothing needs to: the next trusted node kept what it refused, and ${alarms.length} alarms named it`,
      pass: isTaken && refused + blamed === 0 && alarms.length > 0 && isNamed
    }
  }
}
