import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const TIMES = 200

export const replays: AttackRun = {
  name: 'replays',
  does: 'A peer sends one and the same report again and again, and another plays it back as its own.',
  run: async ({ network, attacker }) => {
    const net = await network()
    const [mallory, thief] = [await attacker(net), await attacker(net)]
    const { firstWindow } = await mallory.register(net.seeds[0]!)
    await thief.register(net.seeds[0]!)
    const subject = idOf(net.peers[0]!)
    const report = await mallory.signReport({ subject, window: firstWindow })
    const [trusted] = net.trusted
    const words = await (await mallory.report(trusted!)).send(Array.from({ length: TIMES }, () => report))
    const [played] = await (await thief.report(trusted!)).send([report])
    const reporters = net.trusted.flatMap(({ libp2p }) => libp2p.services.peerwatch.assembly.tier!.examination.evidenceOf(subject).reporters)
    const accusing = reporters.filter(({ accuses }) => accuses.length > 0).length
    return {
      cost: `${TIMES + 1} reports`,
      effect: `it is one report: the answers were ${[...new Set(words)].join(', ')}, and ${played} to the thief`,
      endedBy: 'nothing needs to: the same report again is the same record',
      pass: words.every(word => word === words[0]) && played === 'not-the-reporter' && accusing <= 1
    }
  }
}
