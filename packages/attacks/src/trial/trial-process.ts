/** A process that tries attacks one after the other on order, and tells what came of each. `try-attacks.ts` starts it. */
import { grounds } from './ground.ts'
import type { AttackRun } from './attack-run.ts'
import type { TrialNews, TrialOrder } from './messages.ts'

const tell = (news: TrialNews): void => {
  process.send?.(news)
}
const trial = grounds(line => {
  tell({ type: 'said', line })
})

async function obey(order: TrialOrder): Promise<void> {
  if (order.type === 'end') {
    await trial.end()
    process.disconnect()
    return
  }
  const { ATTACKS } = (await import(process.argv[2] ?? '')) as { ATTACKS: readonly AttackRun[] }
  const attack = ATTACKS.find(({ name }) => name === order.name)
  if (attack == null) throw new TypeError(`no attack is named ${order.name}`)
  tell({ type: 'outcome', outcome: await trial.attempt(attack, order.seed) })
}

process.on('message', order => {
  // what is thrown ends the process, and its row fails with what it says
  void obey(order as TrialOrder)
})
process.on('disconnect', () => {
  process.exit()
})
