/**
 * The items of each group by turns: the first of every group, then the second of every group, each turn in the order given.
 *
 * So a peer with many names in one group comes after all others. If there is one group only, the order stays as it is.
 *
 * @param has - how many each group has already; these turns are over
 */
export function inTurn<T>(items: Iterable<T>, groupOf: (item: T) => string, has: ReadonlyMap<string, number> = new Map()): T[] {
  const counts = new Map(has)
  const turns = [...items].map(item => {
    const group = groupOf(item)
    const turn = counts.get(group) ?? 0
    counts.set(group, turn + 1)
    return { item, turn }
  })
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ item }) => item)
}

/** How many of these each group has. */
export function countsBy<T>(items: Iterable<T>, groupOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(groupOf(item), (counts.get(groupOf(item)) ?? 0) + 1)
  return counts
}
