import type { PeerFate, RunResult } from '@peerwatch/attacks/play'

type Cell = string | number | boolean | undefined

/** One row for each peer of each run: what it did, what should have come of it, what came. */
const COLUMNS: Readonly<Record<string, (result: RunResult, fate: PeerFate, run: number) => Cell>> = {
  run: (_result, _fate, run) => run,
  seed: ({ seed }) => seed,
  preset: ({ preset }) => preset,
  ok: ({ ok }) => ok,
  end: ({ end }) => end,
  peer: (_result, { name }) => name,
  id: (_result, { id }) => id,
  behaviour: (_result, { behaviour }) => behaviour,
  fromWindow: ({ misdeedsWindow }) => misdeedsWindow,
  expected: (_result, { expected }) => expected,
  found: (_result, { found }) => found,
  afterWindows: (_result, { afterWindows }) => afterWindows,
  afterMs: (_result, { afterMs }) => afterMs
}

export function csvHead(): string {
  return Object.keys(COLUMNS).join(',')
}

/** No cell needs quotes: names, ids, words and numbers. */
export function csvRows(result: RunResult, run: number): string[] {
  return result.fates.map(fate =>
    Object.values(COLUMNS)
      .map(cell => cell(result, fate, run) ?? '')
      .join(',')
  )
}
