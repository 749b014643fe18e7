/** Something that has a place in an order which all nodes share. */
export interface Ordered {
  readonly order: string
}

/** Goes through several sorted sources at once. Yields, of each order, what each source has there. It holds one of each source. */
export async function* sideBySide<T extends Ordered>(sources: readonly AsyncIterator<T>[]): AsyncGenerator<(T | undefined)[]> {
  const nextOf = async (source: AsyncIterator<T>): Promise<T | undefined> => {
    const next = await source.next()
    return next.done === true ? undefined : next.value
  }
  const heads: (T | undefined)[] = await Promise.all(sources.map(nextOf))
  for (;;) {
    const first = heads.reduce<string | undefined>((least, head) => (head != null && (least == null || head.order < least) ? head.order : least), undefined)
    if (first == null) return
    const there = heads.map(head => (head?.order === first ? head : undefined))
    yield there
    for (const [index, head] of there.entries()) if (head != null) heads[index] = await nextOf(sources[index]!)
  }
}
