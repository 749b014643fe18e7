import { alteredData } from '../corrupts.ts'
import { alterRelays } from '../relays.ts'
import { refusedByAll } from '../trial/convicted.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const ACCUSERS_COUNT = 6
const BAD_COUNT = 20

export const selfAccuses: AttackRun = {
  name: 'self-accuses',
  does: 'Six names accuse a peer of their own while it behaves; once it is acquitted, it alters what it passes on.',
  takes: 'minutes',
  run: async ({ network, attacker, rng, clock, say }) => {
    const net = await network()
    const guilty = await net.addGuilty()
    await net.linkedUp(guilty)
    const [entry] = net.trusted
    const { windows } = entry!.libp2p.services.peerwatch.assembly.core
    const accusers = await Promise.all(
      Array.from({ length: ACCUSERS_COUNT }, async () => {
        const each = await attacker(net)
        const { firstWindow } = await each.register(net.seeds[0]!)
        return { ...each, firstWindow, sender: await each.report(entry!) }
      })
    )
    let acceptedCount = 0
    const accuse = async ({ sender, signReport, firstWindow }: (typeof accusers)[number], window: number): Promise<void> => {
      if (window < firstWindow) return
      const [answer] = await sender.send([await signReport({ subject: idOf(guilty), window, ok: 0, bad: BAD_COUNT })])
      if (answer === 'stored') acceptedCount++
    }
    const leave = windows.onWindow(window => {
      for (const each of accusers) void accuse(each, window).catch(() => {})
    })
    try {
      say(`${ACCUSERS_COUNT} names accuse ${guilty.name}`)
      const sinceMs = clock.monotonicMs()
      const closed = (): boolean => net.trusted.every(node => net.heard('case:closed', idOf(guilty)).some(({ by }) => by === node))
      const isAcquitted = await net.until(closed, 'it is acquitted')
      const tookMs = seconds(clock, sinceMs)
      const outcomes = net.heard('case:closed', idOf(guilty)).map(({ fields }) => String(fields.outcome))
      const before = net.heard('case:opened', idOf(guilty)).length
      say('it is acquitted, and alters what it passes on')
      const opened = () => net.heard('case:opened', idOf(guilty)).slice(before)
      const watchers = new Set<string>(net.trusted.flatMap(node => node.watchers()).map(idOf))
      // else what a watcher sees by chance is there before any report
      const isSpared = (to: string): boolean => watchers.has(to) && opened().length === 0
      const attack = alterRelays(guilty, (message, to) => (isSpared(to) ? message : { ...message, data: alteredData(message.data, rng) }))
      const ended = await refusedByAll(clock, net, guilty, 'integrity', attack)
      const own = new Set<string>(accusers.map(({ peer }) => peer))
      const [again] = opened()
      const victims = ((again?.fields.groups ?? []) as string[]).filter(group => !own.has(group))
      return {
        cost: `${ACCUSERS_COUNT} registered names in as many groups, ${acceptedCount} reports, and ${tookMs} of good conduct`,
        effect: `it was ${[...new Set(outcomes)].join(', ')}; then ${ended.effect}`,
        endedBy: again == null ? 'nothing' : `a case opened by the reports of ${victims.length} victims, and ${ended.endedBy}`,
        pass: isAcquitted && outcomes.every(outcome => outcome === 'acquitted') && victims.length > 0 && ended.pass
      }
    } finally {
      leave()
    }
  }
}
