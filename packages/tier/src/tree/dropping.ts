import { candidatesOf, FIRST_PLACE, rangesOf, writesNeeded } from '@peerwatch/trust-tree'
import { backOff, ServicesError } from '@peerwatch/link'
import { partsOf } from './pages.ts'
import { reconciler } from './reconcile.ts'
import type { CallOff, PeerIdString, Place, RecordName, RecordQuery, RecordStore } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { PlaceSpan } from './pages.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface DroppingInit {
  readonly store: RecordStore
  readonly shelf: Pick<Shelf, 'put' | 'drop'>
  readonly reader: Pick<RecordReader, 'pages' | 'parse'>
  readonly tokens: Pick<TokenBook, 'partition' | 'onChange'>
  readonly links: Pick<TrustedLinks, 'link' | 'onUp'>
  readonly copies: number
  readonly isCaughtUp: () => boolean
  /** The most records that one step removes, unless they all lie at one place. Default 2,048. */
  readonly stepRecords?: number
}

const STEP_RECORDS = 2_048
/**
 * The node waits for so long after the last change of the view. By then everything that was under way in the view before has come, and a start that
 * moves back finds its records.
 */
const SETTLED_MS = 10_000
const STEP_PAUSE_MS = 1_000
const RETRY_TIMES = { leastMs: 2_000, mostMs: 60_000 }

/**
 * Removes what this node holds of places whose candidate it is no longer.
 *
 * It waits until no move is unsettled, and goes step by step. Before each step, as many candidates as must have a record have said in this view that
 * they hold all of it, or this node has given it to them. If the node ends in between, it has only removed less.
 */
export function dropping(core: Core, init: DroppingInit): Part {
  const { store, shelf, tokens, links, copies, isCaughtUp, stepRecords = STEP_RECORDS } = init
  const reconcile = reconciler(init)
  const tries = backOff(core, RETRY_TIMES)
  let stopping = new AbortController()
  let isUnderWay = false
  let callOff: CallOff | undefined
  let unsubscribe: (() => void)[] = []

  const isGivenTo = async (node: PeerIdString, places: PlaceSpan): Promise<boolean> => {
    const link = links.link(node)
    if (link?.isUp() !== true) return false
    try {
      const how = { pulls: false, pushes: true, isWhole: false, signal: stopping.signal }
      return (await reconcile(link, places, { fromEpoch: 0, toEpoch: LAST_EPOCH }, how)).isGiven
    } catch (error) {
      if (!(error instanceof ServicesError) || error.code === 'refused') core.log.error('giving records to %s: %e', node, error)
      return false
    }
  }
  /** Resolves with true if enough candidates hold all of it. */
  const isKept = async (view: Partition, places: PlaceSpan): Promise<boolean> => {
    const { current } = candidatesOf(view, places.from, copies)
    const needed = writesNeeded(current, copies)
    let kept = 0
    for (const node of current) if (kept < needed && (await isGivenTo(node, places))) kept++
    return kept === needed
  }
  const isMine = (): boolean => core.roster.isTrusted(core.self) && isCaughtUp() && tokens.partition().formerRing == null
  /** `true`: there may be more. `false`: too few candidates confirmed it. Undefined: nothing is left. */
  const step = async (): Promise<boolean | undefined> => {
    const view = tokens.partition()
    if (!isMine()) return undefined
    let isLeft = false
    for (const range of rangesOf(view)) {
      if (range.empty || candidatesOf(view, range.from, copies).current.includes(core.self)) continue
      const found = await firstOf(store, range, stepRecords)
      if (found == null) continue
      isLeft = true
      if (!(await isKept(view, found.places))) continue
      // the candidates may be others now, and this node one of them
      if (stopping.signal.aborted || tokens.partition() !== view) return true
      const count = await shelf.drop(found.records)
      core.log('%d records from %s to %s are held by their candidates and removed here', count, found.places.from, found.places.to)
      return true
    }
    return isLeft ? false : undefined
  }
  const later = (ms: number): void => {
    callOff?.()
    callOff = core.clock.after(ms, run)
  }
  const tried = async (): Promise<void> => {
    const isMore = await step().catch((error: unknown) => {
      core.log.error('removing what others hold: %e', error)
      return false
    })
    isUnderWay = false
    if (stopping.signal.aborted || isMore == null) return
    if (isMore) tries.opened()
    later(isMore ? STEP_PAUSE_MS : tries.pauseMs())
  }
  const run = (): void => {
    if (isUnderWay || stopping.signal.aborted) return
    isUnderWay = true
    void tried()
  }
  return {
    start: () => {
      stopping = new AbortController()
      unsubscribe = [tokens.onChange(() => later(SETTLED_MS)), links.onUp(() => later(SETTLED_MS))]
      later(SETTLED_MS)
    },
    stop: () => {
      stopping.abort(new ServicesError('closed', 'stopped'))
      callOff?.()
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}

interface Found {
  readonly places: PlaceSpan
  readonly records: readonly RecordName[]
}

/** All records of the first places of a range. It takes whole places, so that no subject is half removed. */
async function firstOf(store: Pick<RecordStore, 'names'>, range: PlaceSpan, most: number): Promise<Found | undefined> {
  for (const part of partsOf(range)) {
    let end = part.toPlace
    for (;;) {
      const names = await namesIn(store, { ...part, ...(end != null && { toPlace: end }) }, most + 1)
      const places = [...new Set(names.map(({ place }) => place))].toSorted()
      const [first] = places
      if (first == null) break
      if (names.length <= most) return { places: { from: part.fromPlace ?? FIRST_PLACE, to: end ?? FIRST_PLACE }, records: names }
      if (places.length === 1) {
        const one = { from: first, to: after(first) }
        return { places: one, records: await namesIn(store, partsOf(one)[0]!, Infinity) }
      }
      end = places[places.length >>> 1]!
    }
  }
  return undefined
}

async function namesIn(store: Pick<RecordStore, 'names'>, part: Pick<RecordQuery, 'fromPlace' | 'toPlace'>, most: number): Promise<RecordName[]> {
  const names: RecordName[] = []
  for await (const name of store.names({ ...part, fromEpoch: 0, toEpoch: LAST_EPOCH })) {
    names.push(name)
    if (names.length >= most) break
  }
  return names
}

/** Every epoch that can be held. */
const LAST_EPOCH = 0xffff_ffff
const KEY_SPACE = 2n ** 64n

function after(place: Place): Place {
  return ((BigInt(`0x${place}`) + 1n) % KEY_SPACE).toString(16).padStart(16, '0') as Place
}
