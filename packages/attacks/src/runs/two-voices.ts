import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const twoVoices: AttackRun = {
  name: 'two-voices',
  does: 'A peer tells one trusted node that a neighbour was bad, and another that it was good, for one window.',
  takes: 'windows',
  run: async ({ network, attacker }) => {
    const net = await network()
    const mallory = await attacker(net)
    const { firstWindow: window } = await mallory.register(net.seeds[0]!)
    const subject = idOf(net.peers[1]!)
    const parts = { subject, window }
    const bad = await (await mallory.report(net.trusted[0]!)).send([await mallory.signReport({ ...parts, ok: 0, bad: 20 })])
    const good = await (await mallory.report(net.trusted[1]!)).send([await mallory.signReport({ ...parts, ok: 20, bad: 0 })])
    const readers = net.trusted.map(({ libp2p }) => libp2p.services.peerwatch.assembly.tier!)
    const kept = async (): Promise<number> =>
      Math.max(
        ...(await Promise.all(readers.map(async ({ tree }) => (await tree.read(subject)).records.filter(({ author }) => author === mallory.peer).length)))
      )
    const isBothKept = await net.until(async () => (await kept()) === 2, 'both are kept')
    const isSilent = await net.until(
      () =>
        readers.every(({ examination }) =>
          examination.evidenceOf(subject).reporters.every(({ reporter, accuses }) => reporter !== mallory.peer || accuses.length === 0)
        ),
      'neither counts'
    )
    return {
      cost: 'two reports and its own voice',
      effect: `the trusted nodes answered ${bad.join()} and ${good.join()}; both reports are kept as proof`,
      endedBy: 'neither counts: who says two things of one window says nothing',
      pass: isBothKept && isSilent
    }
  }
}
