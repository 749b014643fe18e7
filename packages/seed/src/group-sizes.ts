import type { Rng } from '@peerwatch/model'

/** The members of groups, kept so that no operation walks through all of them. */
export interface GroupSizes<T> {
  readonly add: (group: string, member: T) => void
  readonly delete: (group: string, member: T) => void
  readonly size: (group: string) => number
  /** One of the groups with the most members. Undefined: there is none. */
  readonly largest: () => string | undefined
  /** Up to `most` different members of one group. */
  readonly random: (group: string, most: number, rng: Rng) => T[]
  /** Up to `most` members: a random one of each group, in random order, then a second one of each group that has two, and so on. */
  readonly byTurns: (most: number, rng: Rng) => Generator<T>
}

export function groupSizes<T>(): GroupSizes<T> {
  const groups = new Map<string, IndexedSet<T>>()
  const names = indexedSet<string>()
  /** The groups of each size. A size changes by one, so one step finds the largest. */
  const bySize = new Map<number, Set<string>>()
  let largestSize = 0

  const move = (group: string, from: number, to: number): void => {
    const left = bySize.get(from)
    left?.delete(group)
    if (left?.size === 0) bySize.delete(from)
    if (to > 0) bySize.set(to, (bySize.get(to) ?? new Set<string>()).add(group))
    if (to > largestSize) largestSize = to
    else if (from === largestSize && !bySize.has(from)) largestSize = to
  }
  return {
    add: (group, member) => {
      const members = groups.get(group) ?? indexedSet<T>()
      const before = members.size()
      if (before === 0) {
        groups.set(group, members)
        names.add(group)
      }
      members.add(member)
      move(group, before, members.size())
    },
    delete: (group, member) => {
      const members = groups.get(group)
      if (members == null) return
      const before = members.size()
      members.delete(member)
      move(group, before, members.size())
      if (members.size() > 0) return
      groups.delete(group)
      names.delete(group)
    },
    size: group => groups.get(group)?.size() ?? 0,
    largest: () => bySize.get(largestSize)?.values().next().value,
    random: (group, most, rng) => [...take(groups.get(group)?.shuffled(rng) ?? [], most)],
    *byTurns(most, rng) {
      let left = most
      // a turn of one needs no list of all groups
      let turn: Iterable<Generator<T>> = map(names.shuffled(rng), name => groups.get(name)!.shuffled(rng))
      while (left > 0) {
        const again: Generator<T>[] = []
        for (const members of turn) {
          const next = members.next()
          if (next.done === true) continue
          yield next.value
          again.push(members)
          if (--left <= 0) return
        }
        if (again.length === 0) return
        turn = again
      }
    }
  }
}

/** A set that finds a random member without a walk. */
interface IndexedSet<T> {
  readonly add: (member: T) => void
  readonly delete: (member: T) => void
  readonly size: () => number
  /** All members in random order, each found when it is asked for. The set must not change meanwhile. */
  readonly shuffled: (rng: Rng) => Generator<T>
}

function indexedSet<T>(): IndexedSet<T> {
  const places = new Map<T, number>()
  const order: T[] = []
  const put = (member: T, at: number): void => {
    order[at] = member
    places.set(member, at)
  }
  return {
    add: member => {
      if (!places.has(member)) put(member, order.length)
    },
    delete: member => {
      const at = places.get(member)
      if (at == null) return
      const last = order.pop()!
      if (at < order.length) put(last, at)
      places.delete(member)
    },
    size: () => order.length,
    *shuffled(rng) {
      for (let left = order.length; left > 0; left--) {
        const at = Math.floor(rng() * left)
        const [drawn, last] = [order[at]!, order[left - 1]!]
        put(last, at)
        put(drawn, left - 1)
        yield drawn
      }
    }
  }
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let left = most
  if (left <= 0) return
  for (const item of items) {
    yield item
    if (--left <= 0) return
  }
}

function* map<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item)
}
