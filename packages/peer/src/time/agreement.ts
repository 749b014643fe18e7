/** Between what the network's time is ahead of this node's monotonic clock, as somebody says. */
export interface Voice<Name> {
  readonly name: Name
  readonly fromMs: number
  readonly toMs: number
}

export interface Agreement<Name> {
  readonly fromMs: number
  readonly toMs: number
  readonly names: ReadonlySet<Name>
}

/**
 * Where most voices overlap, if those are more than half of all. Of several such places the one nearest to `nearMs`.
 *
 * Fewer than half of the voices, whatever they say, move it nowhere that no honest one allows. Source: Marzullo 1984; RFC 5905, clock select.
 */
export function agreement<Name>(voices: readonly Voice<Name>[], nearMs: number): Agreement<Name> | undefined {
  const places = voices.map(({ fromMs }) => {
    const agreeing = voices.filter(voice => voice.fromMs <= fromMs && fromMs <= voice.toMs)
    return { fromMs, toMs: Math.min(...agreeing.map(({ toMs }) => toMs)), names: new Set(agreeing.map(({ name }) => name)) }
  })
  const awayMs = ({ fromMs, toMs }: Agreement<Name>): number => Math.max(fromMs - nearMs, nearMs - toMs, 0)
  const [best] = places.toSorted((a, b) => b.names.size - a.names.size || awayMs(a) - awayMs(b))
  return best != null && best.names.size > voices.length / 2 ? best : undefined
}
