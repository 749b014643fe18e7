import { setTimeout as pause } from 'node:timers/promises'
import { seededRng } from '@peerwatch/model'
import { befall } from './befall.ts'
import { schedule, toldFault } from './schedule.ts'
import { candidatesNow, disksCompared, levelled, readBack } from './verify.ts'
import { lackingOf, settled } from './whole.ts'
import { writers } from './writers.ts'
import type { ChaosNetwork } from './network.ts'
import type { Writers } from './writers.ts'

export interface ChaosInit {
  readonly seconds: number
  readonly seed: number
  /** Rejects when a node ends by itself. */
  readonly fallen: Promise<never>
  readonly say: (line: string) => void
}

export interface ChaosResult {
  readonly ok: boolean
  readonly seed: number
  readonly seconds: number
  readonly acknowledged: number
  /** Acknowledged, and not at enough candidates for every complete read to find it. */
  readonly lost: number
  /** Held by one candidate, and not by an owner or first copy. */
  readonly unequal: number
  /** Held by a node that is no candidate, after all that nodes remove. */
  readonly surplus: number
  /** Answers at the end, and how many of them were not complete or lacked what is acknowledged. */
  readonly reads: number
  readonly wanting: number
  /** Reports that were refused for good, by reason: all are honest, so none may be. */
  readonly refused: Readonly<Record<string, number>>
  /** The faults that were begun: the same seed gives the same in the same order. */
  readonly events: readonly string[]
  readonly elapsedMs: number
  /** What ended it before its time. */
  readonly failure?: string
  /** Line by line. */
  readonly history: readonly string[]
}

const SHOWN_MOST = 10

export async function runChaos(net: ChaosNetwork, { seconds, seed, fallen, say }: ChaosInit): Promise<ChaosResult> {
  const startedMs = performance.now()
  const history: string[] = []
  const events: string[] = []
  const found = { lost: 0, unequal: 0, surplus: 0, reads: 0, wanting: 0 }
  let reporting: Writers | undefined
  let failure: string | undefined

  const note = (line: string): void => {
    const told = `${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`
    history.push(told)
    say(told)
  }
  const alive = async <T>(task: Promise<T>): Promise<T> => Promise.race([task, fallen])
  const whole = async (): Promise<void> => alive(settled('the tier', async () => lackingOf(net)))
  const start = async (): Promise<Writers> => {
    if (net.able.fillable.length === 0) note('no disk of its own can be mounted here: the fault disk-full is left out')
    if (!net.able.partitions) note('nodes cannot dial from addresses of their own here: the fault partition is left out')
    note(`seed ${seed}: ${net.trusted().length} trusted nodes, ${net.seeds.length} seeds, new faults for ${seconds} s, in ${net.root}`)
    for (const node of [...net.seeds, ...net.trusted()]) await alive(node.start())
    const entries = (): string[] => net.trusted().flatMap(({ isRunning, address }) => (isRunning() ? [address] : []))
    return alive(writers({ ...net, entries, rng: seededRng(seed + 1) }))
  }
  const faults = async (): Promise<void> => {
    await whole()
    await alive(settled('the first acknowledgement', async () => (reporting?.acknowledged().length === 0 ? ['none yet'] : [])))
    const endMs = performance.now() + seconds * 1000
    for (const fault of schedule(seed, net.trusted().length, net.seeds.length, net.able)) {
      if (fault.waits) await whole()
      await alive(pause(fault.pauseMs))
      if (performance.now() >= endMs) return
      events.push(toldFault(fault))
      note(`fault ${events.length}: ${toldFault(fault)}`)
      await alive(befall(net, fault))
      note(`fault ${events.length} is over; ${reporting?.acknowledged().length ?? 0} reports acknowledged`)
    }
  }
  const stopAll = async (): Promise<void> => {
    await Promise.all(net.trusted().map(async node => node.stop()))
  }
  const verify = async ({ acknowledged, subjects }: Writers): Promise<void> => {
    const surplus = await alive(levelled(net, acknowledged(), note))
    const { reads, wanting } = await alive(readBack(net, subjects, acknowledged()))
    for (const each of wanting.slice(0, SHOWN_MOST)) note(each)
    await whole()
    const candidates = await candidatesNow(net)
    await stopAll()
    const { lost, unequal } = await disksCompared(net, acknowledged(), candidates)
    for (const slot of lost.slice(0, SHOWN_MOST)) note(`lost: ${slot}`)
    const nameOf = (id: string): string => net.trusted().find(member => member.id === id)?.name ?? id
    for (const { slot, lacks } of unequal.slice(0, SHOWN_MOST)) note(`unequal: ${slot} is not at ${lacks.map(nameOf).join(', ')}`)
    Object.assign(found, { lost: lost.length, unequal: unequal.length, surplus, reads, wanting: wanting.length })
  }
  try {
    reporting = await start()
    await faults()
    await whole()
    note('all is whole')
    await reporting.stop()
    await verify(reporting)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
    note(`ended: ${failure}`)
    await reporting?.stop()
  }
  return {
    ok: failure == null && found.lost + found.unequal + found.surplus + found.wanting === 0 && Object.keys(reporting?.refused() ?? {}).length === 0,
    seed,
    seconds,
    acknowledged: reporting?.acknowledged().length ?? 0,
    ...found,
    refused: reporting?.refused() ?? {},
    events,
    elapsedMs: Math.round(performance.now() - startedMs),
    ...(failure != null && { failure }),
    history
  }
}
