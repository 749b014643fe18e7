import { seededRng } from '@peerwatch/model'
import { candidatesOf, gainsOf, mergeTokens, noTokens, partition, readsNeeded, writesNeeded } from '../src/index.ts'
import { node as nodeName } from './oracle.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { Partition, Token, Tokens } from '../src/index.ts'

const COPIES = 2

interface ModelRoster {
  readonly version: number
  readonly trusted: readonly PeerIdString[]
  readonly leaving: readonly PeerIdString[]
}

interface ModelNode {
  readonly name: PeerIdString
  roster: ModelRoster
  tokens: Tokens
  settledRoster: number
  isUp: boolean
  readonly held: Map<string, Place>
  /** By gain: whom it was fetched from. */
  readonly fetched: Map<string, Set<PeerIdString>>
  /** The view for which another one said that it is whole. */
  readonly whole: Map<PeerIdString, string>
}

/** A request is atomic where it is handled; between two of them anything else may happen. */
type Steps = Generator<undefined, void, undefined>

/** Whether all that was acknowledged before a read is in it. */
export interface Outcome {
  readonly acknowledged: number
  readonly reads: number
  readonly settledMoves: number
  readonly missed: readonly string[]
}

/**
 * Trusted nodes that write, read, move starts, come, go, and are cut off one at a time; each knows what it was told, and no more. The rules are those
 * of the trusted tier: both lists while a move is unsettled, an older view is refused, whoever gains reads enough of the former list.
 */
export function runMoves(seed: number, { size, steps }: { readonly size: number; readonly steps: number }): Outcome {
  const rng = seededRng(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(rng() * items.length)]!
  const nodes = new Map<PeerIdString, ModelNode>()
  const acknowledged = new Set<string>()
  const missed: string[] = []
  let reads = 0
  let settledMoves = 0
  let records = 0
  let version = size
  let newest: ModelRoster

  const make = (name: PeerIdString, roster: ModelRoster, tokens: Tokens): ModelNode => {
    const made: ModelNode = { name, roster, tokens, settledRoster: 0, isUp: true, held: new Map(), fetched: new Map(), whole: new Map() }
    nodes.set(name, made)
    return made
  }
  const begin = (): void => {
    const names = Array.from({ length: size }, (_, index) => nodeName(index))
    newest = { version: 1, trusted: names, leaving: [] }
    const tokens = mergeTokens(
      noTokens,
      names.map((node, index) => ({ node, start: placeAt(rng), version: index, hash: hashOf(rng) }))
    ).tokens
    for (const name of names) make(name, newest, tokens)
  }
  const partOf = ({ roster, tokens, settledRoster }: ModelNode): Partition =>
    partition(roster.trusted, tokens, settledRoster === roster.version ? [] : roster.leaving)
  const viewOf = ({ roster, tokens }: ModelNode): string =>
    `${roster.version}/${[...roster.trusted, ...roster.leaving]
      .map(member => tokens.get(member)?.hash ?? '')
      .toSorted()
      .join()}`
  const merge = (into: ModelNode, from: ModelNode): void => {
    if (from.roster.version > into.roster.version) into.roster = from.roster
    into.tokens = mergeTokens(into.tokens, from.tokens.values()).tokens
  }
  const unwhole = (of: ModelNode): boolean =>
    gainsOf(partOf(of), COPIES).some(gain => {
      if (gain.node !== of.name) return false
      const from = new Set([...(of.fetched.get(gainKey(gain)) ?? []), ...(gain.former.includes(of.name) ? [of.name] : [])])
      return from.size < readsNeeded(gain.former, COPIES)
    })
  /** False where it does not answer. Afterwards both know what either knew, as after a refusal for the view. */
  const ask = (from: ModelNode, to: PeerIdString): ModelNode | undefined => {
    const other = nodes.get(to)
    if (other == null || !from.isUp || !other.isUp) return undefined
    merge(from, other)
    merge(other, from)
    if (!unwhole(from)) other.whole.set(from.name, viewOf(from))
    if (!unwhole(other)) from.whole.set(other.name, viewOf(other))
    for (const [a, b] of [
      [from, other],
      [other, from]
    ] as const)
      if (a.settledRoster === b.roster.version) b.settledRoster = a.settledRoster
    return other
  }
  const isHolder = (of: ModelNode, place: Place): boolean => {
    const { current, former } = candidatesOf(partOf(of), place, COPIES)
    return current.includes(of.name) || former.includes(of.name)
  }
  function* write(entry: ModelNode): Steps {
    const id = `record ${records++}`
    const place = placeAt(rng)
    for (let tries = 0; tries < 4; tries++) {
      const before = viewOf(entry)
      const { current, former } = candidatesOf(partOf(entry), place, COPIES)
      const holders = new Set<PeerIdString>()
      const isWritten = (): boolean => [current, former].every(list => list.filter(each => holders.has(each)).length >= writesNeeded(list, COPIES))
      for (const to of shuffle([...new Set([...current, ...former])], rng)) {
        if (isWritten()) break
        const other = to === entry.name ? entry : ask(entry, to)
        if (other != null && isHolder(other, place) && viewOf(other) === viewOf(entry)) {
          other.held.set(id, place)
          holders.add(to)
        }
        yield
      }
      if (viewOf(entry) !== before) continue
      if (isWritten()) acknowledged.add(id)
      return
    }
  }
  function* read(entry: ModelNode): Steps {
    const [id, place] = acknowledged.size === 0 ? [] : somewhere(pick([...acknowledged]))
    if (id == null || place == null) return
    for (let tries = 0; tries < 4; tries++) {
      const before = viewOf(entry)
      const { current, former } = candidatesOf(partOf(entry), place, COPIES)
      let isComplete = true
      let isFound = false
      for (const list of [current, former]) {
        let answered = 0
        for (const from of shuffle(list, rng)) {
          if (answered === readsNeeded(list, COPIES)) break
          const other = from === entry.name ? entry : ask(entry, from)
          yield
          if (other == null) continue
          answered++
          if (other.held.has(id)) isFound = true
        }
        if (answered < readsNeeded(list, COPIES)) isComplete = false
      }
      if (viewOf(entry) !== before) continue
      if (!isComplete) return
      reads++
      if (!isFound) missed.push(`${id} at ${entry.name}`)
      return
    }
  }
  const somewhere = (id: string): [string, Place | undefined] => [id, [...nodes.values()].map(({ held }) => held.get(id)).find(place => place != null)]

  function* fetch(by: ModelNode): Steps {
    for (const gain of gainsOf(partOf(by), COPIES)) {
      if (gain.node !== by.name) continue
      const from = pick(gain.former)
      if (from === by.name) continue
      const other = ask(by, from)
      // what has changed meanwhile is begun anew
      if (other != null && gainsOf(partOf(by), COPIES).some(now => now.node === by.name && gainKey(now) === gainKey(gain))) {
        for (const [id, place] of other.held) if (isWithin(gain, place)) by.held.set(id, place)
        by.fetched.set(gainKey(gain), new Set([...(by.fetched.get(gainKey(gain)) ?? []), from]))
      }
      yield
    }
  }
  const settle = (by: ModelNode): void => {
    const view = viewOf(by)
    const gaining = new Set(gainsOf(partOf(by), COPIES).map(({ node }) => node))
    if (![...gaining].every(each => (each === by.name ? !unwhole(by) : by.whole.get(each) === view))) return
    if (by.roster.leaving.length > 0) by.settledRoster = by.roster.version
    const own = by.tokens.get(by.name)
    if (own?.moved == null || !by.roster.trusted.includes(by.name)) return
    settledMoves++
    place(by, own.start, undefined)
  }
  const place = (by: ModelNode, start: Place | undefined, moved: Token['moved']): void => {
    const token: Token = { node: by.name, version: ++version, hash: hashOf(rng), ...(start != null && { start }), ...(moved != null && { moved }) }
    by.tokens = mergeTokens(by.tokens, [token]).tokens
  }
  const isSettled = (of: ModelNode): boolean => partOf(of).formerRing == null
  const move = (by: ModelNode): void => {
    const own = by.tokens.get(by.name)
    if (!isSettled(by) || !by.roster.trusted.includes(by.name)) return
    if (own?.start == null) place(by, placeAt(rng), {})
    else if (rng() < 0.2 && partOf(by).ring.length > 2) place(by, undefined, { from: own.start })
    else place(by, placeAt(rng), { from: own.start })
  }
  /** The authority's next roster, given to one node that says that all is settled. */
  const enrol = (at: ModelNode): void => {
    if (at.roster !== newest || !isSettled(at) || !at.roster.trusted.includes(at.name)) return
    const { trusted } = at.roster
    const joins = trusted.length < 3 || rng() < 0.5
    if (!trusted.every(each => at.tokens.get(each)?.start != null)) return
    const leaving = joins ? [] : [pick(trusted.filter(each => each !== at.name))]
    const joiner = nodeName(nodes.size)
    newest = { version: newest.version + 1, trusted: joins ? [...trusted, joiner] : trusted.filter(each => !leaving.includes(each)), leaving }
    at.roster = newest
    if (joins) make(joiner, newest, at.tokens)
  }

  begin()
  const underWay: Steps[] = []
  const acts: ((at: ModelNode) => void)[] = [
    at => underWay.push(write(at)),
    at => underWay.push(write(at)),
    at => underWay.push(read(at)),
    at => underWay.push(read(at)),
    at => underWay.push(fetch(at)),
    at => underWay.push(fetch(at)),
    at => ask(at, pick([...nodes.keys()])),
    settle,
    settle,
    move,
    enrol,
    at => {
      // one at a time
      for (const other of nodes.values()) other.isUp = true
      if (rng() < 0.5) at.isUp = false
    }
  ]
  for (let step = 0; step < steps; step++) {
    if (rng() < 0.35 || underWay.length > 6) {
      const next = underWay.length === 0 ? undefined : pick(underWay)
      if (next?.next().done === true) underWay.splice(underWay.indexOf(next), 1)
      continue
    }
    const up = [...nodes.values()].filter(({ isUp }) => isUp)
    pick(acts)(pick(up))
  }
  return { acknowledged: acknowledged.size, reads, settledMoves, missed }
}

function gainKey({ from, to, former }: { from: Place; to: Place; former: readonly PeerIdString[] }): string {
  return `${from}-${to}/${former.join()}`
}

function isWithin({ from, to }: { from: Place; to: Place }, place: Place): boolean {
  if (from === to) return true
  return from < to ? from <= place && place < to : place >= from || place < to
}

function placeAt(rng: Rng): Place {
  return Math.floor(rng() * 256)
    .toString(16)
    .padStart(2, '0')
    .padEnd(16, '0') as Place
}

function hashOf(rng: Rng): string {
  return Math.floor(rng() * 2 ** 48)
    .toString(16)
    .padStart(12, '0')
}

function shuffle<T>(items: readonly T[], rng: Rng): T[] {
  return items
    .map(item => ({ item, by: rng() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ item }) => item)
}
