import { seededRng } from '@peerwatch/model'
import { candidatesOf, gainsOf, mergeTokens, noTokens, ownerOf, partition, readsNeeded, writesNeeded } from '../src/index.ts'
import { node as nodeName } from './oracle.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { Partition, Token, Tokens } from '../src/index.ts'

const COPIES = 2
const QUIET_STEPS = 150
/** Of the steps: so long nobody else is granted a cut of the range. */
const GRANTED_STEPS = 40
const DIE_WITH_A_CUT = 0.1

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
  /** How many disks it has had: what an earlier one took counts for no acknowledgement, since whoever loses a disk went away. */
  disks: number
  readonly held: Map<string, Place>
  /** By gain: whom it was fetched from. */
  readonly fetched: Map<string, Set<PeerIdString>>
  /** The view for which another one said that it is whole. */
  readonly whole: Map<PeerIdString, string>
  /** To whom it granted a cut of its range. */
  granted?: { readonly by: PeerIdString; readonly view: string; readonly untilStep: number }
  /** It lost its disk: whom it has read since, in this view; undefined once it has read all who share its places. */
  recovering?: { readonly view: string; readonly from: Set<PeerIdString> } | undefined
}

/** When a node removes what is not its own. The first is the rule; by the others records are lost. */
export type Removal = 'confirmed' | 'unconfirmed' | 'unsettled'

/** A request is atomic where it is handled; between two of them anything else may happen. */
type Steps = Generator<undefined, void, undefined>

/** Whether all that was acknowledged before a read is in it. */
export interface Outcome {
  readonly acknowledged: number
  readonly reads: number
  readonly settledMoves: number
  readonly removed: number
  readonly lostDisks: number
  /** Of nodes that asked for a cut while another one had it. */
  readonly refusedCuts: number
  readonly missed: readonly string[]
}

/**
 * Trusted nodes that write, read, move starts, come, go, and are cut off one at a time; each knows what it was told, and no more. The rules are those
 * of the trusted tier: both lists while a move is unsettled, an older view is refused, whoever gains reads enough of the former list. Disks are lost,
 * the next one when all have what they lost; and what is not a node's own it removes.
 */
export function runMoves(
  seed: number,
  { size, steps, removal = 'confirmed' }: { readonly size: number; readonly steps: number; readonly removal?: Removal }
): Outcome {
  const rng = seededRng(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(rng() * items.length)]!
  const nodes = new Map<PeerIdString, ModelNode>()
  const acknowledged = new Set<string>()
  const missed: string[] = []
  let reads = 0
  let settledMoves = 0
  let records = 0
  let removed = 0
  let lostDisks = 0
  let refusedCuts = 0
  let step = 0
  let version = size
  let newest: ModelRoster

  const make = (name: PeerIdString, roster: ModelRoster, tokens: Tokens): ModelNode => {
    const made: ModelNode = { name, roster, tokens, settledRoster: 0, isUp: true, disks: 1, held: new Map(), fetched: new Map(), whole: new Map() }
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
      const isOwn = gain.former.includes(of.name) && of.recovering == null
      const from = new Set([...(of.fetched.get(gainKey(gain)) ?? []), ...(isOwn ? [of.name] : [])])
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
    const { disks } = entry
    for (let tries = 0; tries < 4; tries++) {
      const before = viewOf(entry)
      const { current, former } = candidatesOf(partOf(entry), place, COPIES)
      const holders = new Map<PeerIdString, number>()
      const isHeld = (each: PeerIdString): boolean => holders.get(each) === nodes.get(each)!.disks
      const isWritten = (): boolean => [current, former].every(list => list.filter(isHeld).length >= writesNeeded(list, COPIES))
      for (const to of shuffle([...new Set([...current, ...former])], rng)) {
        if (isWritten()) break
        const other = to === entry.name ? entry : ask(entry, to)
        if (other != null && isHolder(other, place) && viewOf(other) === viewOf(entry)) {
          other.held.set(id, place)
          holders.set(to, other.disks)
        }
        yield
      }
      // with its disk the process went that would acknowledge
      if (entry.disks !== disks) return
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
          if (other == null || other.recovering != null) continue
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
      if (other != null && other.recovering == null && gainsOf(partOf(by), COPIES).some(now => now.node === by.name && gainKey(now) === gainKey(gain))) {
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
  /** Whom it shares places with, now or before a move. */
  const sharersOf = (of: ModelNode): Set<PeerIdString> => {
    const { ring, formerRing = [] } = partOf(of)
    const lists = [...ring, ...formerRing].flatMap(({ start }) => {
      const { current, former } = candidatesOf(partOf(of), start, COPIES)
      return [current, former]
    })
    return new Set(
      lists
        .filter(list => list.includes(of.name))
        .flat()
        .filter(each => each !== of.name)
    )
  }
  const loseDisk = (at: ModelNode): void => {
    // one at a time, and the next when all have again what they are to hold
    if ([...nodes.values()].some(({ recovering, isUp }) => recovering != null || !isUp) || at.name !== pick([...nodes.keys()])) return
    if ([...acknowledged].some(id => copiesOf(id) < COPIES)) return
    at.held.clear()
    at.disks++
    at.fetched.clear()
    for (const other of nodes.values()) other.whole.delete(at.name)
    at.recovering = { view: viewOf(at), from: new Set() }
    lostDisks++
  }
  const copiesOf = (id: string): number => {
    const [, at] = somewhere(id)
    return at == null ? 0 : [...nodes.values()].filter(each => each.held.has(id) && isHolder(each, at)).length
  }
  function* recover(by: ModelNode): Steps {
    for (const from of shuffle([...sharersOf(by)], rng)) {
      if (by.recovering == null) return
      const other = ask(by, from)
      if (by.recovering.view !== viewOf(by)) by.recovering = { view: viewOf(by), from: new Set() }
      if (other != null && viewOf(other) === viewOf(by)) {
        for (const [id, at] of other.held) if (isHolder(by, at)) by.held.set(id, at)
        by.recovering.from.add(from)
      }
      if ([...sharersOf(by)].every(each => by.recovering!.from.has(each))) by.recovering = undefined
      yield
    }
    if (sharersOf(by).size === 0) by.recovering = undefined
  }
  function* remove(by: ModelNode): Steps {
    const others = [...by.held].filter(([, each]) => !candidatesOf(partOf(by), each, COPIES).current.includes(by.name))
    const [id, at] = others.length === 0 ? [] : pick(others)
    if (id == null || at == null || by.recovering != null || !by.roster.trusted.includes(by.name)) return
    const view = viewOf(by)
    const { current } = candidatesOf(partOf(by), at, COPIES)
    if (current.includes(by.name) || (removal !== 'unsettled' && !isSettled(by))) return
    let confirmed = removal === 'confirmed' ? 0 : COPIES
    for (const holder of current) {
      if (confirmed >= writesNeeded(current, COPIES)) break
      const other = ask(by, holder)
      if (other != null && viewOf(other) === viewOf(by)) {
        other.held.set(id, at)
        confirmed++
      }
      yield
    }
    if (viewOf(by) !== view || confirmed < writesNeeded(current, COPIES)) return
    if (by.held.delete(id)) removed++
  }
  const isSettled = (of: ModelNode): boolean => partOf(of).formerRing == null
  /** The owner grants one cut at a time; between that and the new token anything may happen. */
  function* move(by: ModelNode): Steps {
    const own = by.tokens.get(by.name)
    if (!isSettled(by) || !by.roster.trusted.includes(by.name)) return
    if (own?.start != null && rng() < 0.2 && partOf(by).ring.length > 2) {
      place(by, undefined, { from: own.start })
      return
    }
    const view = viewOf(by)
    const cut = placeAt(rng)
    const from = ownerOf(partOf(by), cut)
    const owner = from == null || from === by.name ? by : ask(by, from)
    if (owner == null || viewOf(owner) !== viewOf(by) || !isSettled(by)) return
    const { granted } = owner
    if (granted?.view === viewOf(owner) && granted.by !== by.name && step < granted.untilStep) {
      refusedCuts++
      return
    }
    owner.granted = { by: by.name, view: viewOf(owner), untilStep: step + GRANTED_STEPS }
    yield
    if (rng() < DIE_WITH_A_CUT || viewOf(by) !== view) return
    place(by, cut, own?.start == null ? {} : { from: own.start })
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
  const begins = (at: ModelNode): void => {
    underWay.push(move(at))
  }
  const acts: ((at: ModelNode) => void)[] = [
    at => underWay.push(write(at)),
    at => underWay.push(write(at)),
    at => underWay.push(read(at)),
    at => underWay.push(read(at)),
    at => underWay.push(fetch(at)),
    at => underWay.push(fetch(at)),
    at => underWay.push(remove(at)),
    at => underWay.push(remove(at)),
    at => underWay.push(recover(at)),
    loseDisk,
    at => ask(at, pick([...nodes.keys()])),
    settle,
    settle,
    begins,
    begins,
    begins,
    enrol,
    at => {
      // one at a time
      for (const other of nodes.values()) other.isUp = true
      if (rng() < 0.5) at.isUp = false
    }
  ]
  for (; step < steps; step++) {
    if (rng() < 0.35 || underWay.length > 6) {
      const next = underWay.length === 0 ? undefined : pick(underWay)
      if (next?.next().done === true) underWay.splice(underWay.indexOf(next), 1)
      continue
    }
    const up = [...nodes.values()].filter(({ isUp }) => isUp)
    const act = pick(acts)
    // now and then nothing new moves, so that all is settled and what is not a node's own can go
    if (Math.floor(step / QUIET_STEPS) % 2 === 0 || (act !== begins && act !== enrol)) act(pick(up))
  }
  return { acknowledged: acknowledged.size, reads, settledMoves, removed, lostDisks, refusedCuts, missed }
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
