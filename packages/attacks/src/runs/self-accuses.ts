import { alteredData } from '../corrupts.ts'
import { alterRelays } from '../relays.ts'
import { refusedByAll } from '../trial/convicted.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** As many groups as open a case. */
const AT_ONCE_COUNT = 3
/** In an earlier version the second acquittal silenced everybody. */
const ACQUITTALS_COUNT = 2
const ACCUSERS_COUNT = AT_ONCE_COUNT * ACQUITTALS_COUNT
const BAD_COUNT = 20

export const selfAccuses: AttackRun = {
  name: 'self-accuses',
  does: 'Three names, then three more, accuse a peer of their own while it behaves; acquitted twice, it alters what it passes on.',
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
    const closings = (): number => Math.min(...net.trusted.map(node => net.heard('case:closed', idOf(guilty)).filter(({ by }) => by === node).length))
    const leave = windows.onWindow(window => {
      for (const each of accusers.slice(0, AT_ONCE_COUNT * (closings() + 1))) void accuse(each, window).catch(() => {})
    })
    try {
      say(`${ACCUSERS_COUNT} names accuse ${guilty.name}`)
      const sinceMs = clock.monotonicMs()
      const isAcquitted = await net.until(() => closings() >= ACQUITTALS_COUNT, 'it is acquitted')
      const tookMs = seconds(clock, sinceMs)
      const acquittals = net.heard('case:closed', idOf(guilty)).map(({ fields }) => ({ outcome: String(fields.outcome), window: Number(fields.window) }))
      const acquittedCount = closings()
      const lastWindow = Math.max(...acquittals.map(({ window }) => window))
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
      const afterWindows = Number(again?.fields.window) - lastWindow
      const victims = ((again?.fields.groups ?? []) as string[]).filter(group => !own.has(group))
      return {
        cost: `${ACCUSERS_COUNT} registered names in as many groups, ${acceptedCount} reports, and ${tookMs} of good conduct`,
        effect: `it was ${[...new Set(acquittals.map(({ outcome }) => outcome))].join(', ')} in ${acquittedCount} cases; then ${ended.effect}`,
        endedBy:
          again == null
            ? 'nothing'
            : `a case opened by the reports of ${victims.length} victims ${afterWindows} windows after the last acquittal, and ${ended.endedBy}`,
        pass:
          isAcquitted &&
          acquittals.every(({ outcome }) => outcome === 'acquitted') &&
          victims.length > 0 &&
          afterWindows < net.network.roster.preset.restWindows / 2 &&
          ended.pass
      }
    } finally {
      leave()
    }
  }
}
