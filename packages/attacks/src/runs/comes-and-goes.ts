import { messages } from '@peerwatch/wire'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const ROUNDS_COUNT = 60
/** How often departures are told, whoever leaves. Source: docs/limits.md. */
const TOLD_EVERY_MS = 250
/** Above the number of the record that identify brings. */
const AHEAD_MS = 60_000

export const comesAndGoes: AttackRun = {
  name: 'comes-and-goes',
  does: 'A peer registers and says goodbye as fast as it can, so that a seed tells everybody each time.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const mallory = await attacker(net)
    const { call } = await mallory.askRegistry(net.seeds[0]!)
    const sinceMs = clock.monotonicMs()
    let taken = 0
    for (let round = 0; round < ROUNDS_COUNT; round++) {
      const seq = clock.nowMs() + AHEAD_MS + 2 * round
      const registered = await call({ register: { record: await mallory.record(seq), watch: false } })
      const left = await call({ goodbye: await mallory.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: seq + 1 })) })
      if (registered.status === 0 && left.status === 0) taken++
    }
    const took = seconds(clock, sinceMs)
    const others = net.nodes().filter(node => node !== net.seeds[0])
    const told = (): number => Math.max(...others.map(node => net.heard('peer:goodbye', mallory.peer).filter(({ by }) => by === node).length))
    await net.until(() => told() > 0, 'the last goodbye is told of')
    const most = told()
    const turns = Math.ceil((clock.monotonicMs() - sinceMs) / TOLD_EVERY_MS)
    const { alive } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `one name, ${taken} registrations and goodbyes within ${took}`,
      effect: `each other node was told of it at most ${most} times`,
      endedBy: `nothing: departures are told of together, once in ${TOLD_EVERY_MS} ms`,
      pass: alive && taken > 0 && most > 0 && most <= turns
    }
  }
}
