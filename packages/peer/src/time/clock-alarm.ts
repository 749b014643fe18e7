import { OWN } from './voices.ts'
import type { Core } from '@peerwatch/link'
import type { Voice } from './agreement.ts'
import type { Speaker } from './voices.ts'

/** `aheadMs`: where those agree; undefined where too few do. */
export type ClockAlarm = (all: readonly Voice<Speaker>[], agreeing: ReadonlySet<Speaker>, aheadMs?: number) => void

/** Names whose clocks differ, once as long as they are the same. */
export function clockAlarm({ windows, emit }: Pick<Core, 'windows' | 'emit'>): ClockAlarm {
  let alarmed = ''
  return (all, agreeing, aheadMs) => {
    const differing = all.filter(({ name }) => !agreeing.has(name))
    const key = differing
      .map(({ name }) => name)
      .toSorted()
      .join(' ')
    if (key === alarmed) return
    alarmed = key
    if (differing.length === 0) return
    const goesBy =
      aheadMs == null ? 'nobody has a majority, and this node keeps its time' : `this node goes by the time of ${[...agreeing].map(nameOf).join(', ')}`
    emit('alarm', { code: 'clocks-differ', message: `clocks differ: ${offFrom(differing, aheadMs ?? windows.aheadMs())}; ${goesBy}` })
  }
}

/** By how much each is off, by the middle of what it says. */
function offFrom(voices: readonly Voice<Speaker>[], aheadMs: number): string {
  return voices.map(({ name, fromMs, toMs }) => `${nameOf(name)} ${offBy((fromMs + toMs) / 2 - aheadMs)}`).join(', ')
}

function nameOf(name: Speaker): string {
  return name === OWN ? "this machine's own clock" : `trusted node ${name}`
}

/** How far a clock is from another, for people. */
export function offBy(aheadMs: number): string {
  return `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead'}`
}
