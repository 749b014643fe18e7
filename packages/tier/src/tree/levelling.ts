import { candidatesOf, rangesOf, FIRST_PLACE } from '@peerwatch/trust-tree'
import { ServicesError } from '@peerwatch/link'
import { epochCheckpoints } from './recall.ts'
import { sideBySide } from './side-by-side.ts'
import { NO_CURSOR } from './pages.ts'
import { summariesDigest, summaryOrder, summaryQuery } from './summary-pages.ts'
import { toldSummaries } from './summaries-told.ts'
import type { PeerIdString, Pseudonym, RecordStore } from '@peerwatch/model'
import type { KeptAccount } from '@peerwatch/reputation'
import type { Core, Part } from '@peerwatch/link'
import type { Checkpoints } from './checkpoint.ts'
import type { PlaceSpan } from './pages.ts'
import type { Shelf } from './shelf.ts'
import type { ToldSummary } from './summaries-told.ts'
import type { SummariesAnswer } from './summary-pages.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser } from './tree-record.ts'
import type { TrustedLinks } from './trusted-links.ts'

export interface LevellingInit {
  readonly store: RecordStore
  readonly shelf: Pick<Shelf, 'tellSummed' | 'recount'>
  readonly tokens: Pick<TokenBook, 'partition' | 'onChange'>
  readonly links: Pick<TrustedLinks, 'link'>
  readonly copies: number
  readonly parser: Pick<RecordParser, 'summary'>
  readonly making: Checkpoints
}

/** The summaries of epochs whose records go. */
export interface Summaries {
  /** Makes them of the records that are held, durably. */
  readonly make: (epoch: number) => Promise<void>
  /** Compares them from this epoch on with the other candidates', as soon as these can be asked. */
  readonly want: (fromEpoch: number) => void
}

const BATCH = 128
/** Two candidates have to say the same. */
const WORDS = 2

/**
 * Makes the summaries of epochs that expire, and the same ones at all candidates.
 *
 * Each candidate makes its own of the same records. One that lacked records then, that gained the range since or lost its disk takes what two others say
 * alike, or the only other one where it has nothing itself. So a single member can add nothing and take nothing away.
 */
export function levelling(core: Core, init: LevellingInit): Part & Summaries {
  const { store, tokens, making, parser } = init
  let stopListening: (() => void)[] = []
  let wanted: number | undefined
  /** Grows with each wish. */
  let wishes = 0
  let underWay: Promise<void> | undefined
  let isStopped = true
  const level = levelledEpoch(core, init, () => isStopped)

  /** Resolves with true once all others that there are have been heard. */
  const run = async (fromEpoch: number): Promise<boolean> => {
    const view = tokens.partition()
    // a start that moves has two lists: it is looked at afterwards
    if (view.formerRing != null) return false
    let isDone = true
    for (const range of rangesOf(view)) {
      const list = range.empty ? [] : candidatesOf(view, range.from, init.copies).current
      if (!list.includes(core.self)) continue
      const others = list.filter(node => node !== core.self)
      for (let epoch = Math.max(fromEpoch, store.summariesFrom()); epoch <= store.floor(); epoch++) {
        for (const places of straight(range)) {
          if (isStopped || tokens.partition() !== view) return false
          if (!(await level(epoch, places, others))) isDone = false
        }
      }
    }
    return isDone
  }
  const wake = (): void => {
    if (wanted == null || isStopped || underWay != null) return
    const [from, wish] = [wanted, wishes]
    underWay = run(from)
      .then(isDone => {
        if (isDone && wish === wishes) wanted = undefined
        return undefined
      })
      .catch((error: unknown) => core.log.error('summaries: %e', error))
      .finally(() => {
        underWay = undefined
        if (wish !== wishes) wake()
      })
  }
  const want = (fromEpoch: number): void => {
    wanted = Math.min(fromEpoch, wanted ?? Infinity)
    wishes++
    wake()
  }
  return {
    make: async epoch => {
      for await (const { accounts } of epochCheckpoints(core, store, making, epoch)) {
        const made = accounts.map(account => parser.summary.made(account, epoch).stored)
        for (let at = 0; at < made.length; at += BATCH) await store.writeSummaries(made.slice(at, at + BATCH))
      }
    },
    want,
    start: () => {
      isStopped = false
      stopListening = [core.windows.onWindow(wake), tokens.onChange(() => want(0))]
      wake()
    },
    stop: async () => {
      isStopped = true
      for (const stop of stopListening.splice(0)) stop()
      await underWay
    }
  }
}

/** A range that goes round the end is two. */
function straight({ from, to }: PlaceSpan): PlaceSpan[] {
  if (from === to) return [{ from: FIRST_PLACE, to: FIRST_PLACE }]
  if (from < to || to === FIRST_PLACE) return [{ from, to }]
  return [
    { from, to: FIRST_PLACE },
    { from: FIRST_PLACE, to }
  ]
}

/** Compares one range of one epoch with others. Resolves with false where too few of them have answered. */
function levelledEpoch(core: Core, { store, shelf, links, parser }: LevellingInit, isStopped: () => boolean) {
  const own = async function* (epoch: number, places: PlaceSpan): AsyncGenerator<ToldSummary> {
    for await (const stored of store.summaries(summaryQuery({ fromEpoch: epoch, toEpoch: epoch }, places))) {
      yield { ...parser.summary.read(stored.bytes), stored, order: summaryOrder(stored) }
    }
  }
  const take = async (taken: readonly Taken[], replaced: Set<Pseudonym>): Promise<void> => {
    const areKept = await store.writeSummaries(taken.map(({ told }) => told.stored))
    const fresh: KeptAccount[] = []
    for (const [index, { told, isNew }] of taken.entries()) {
      if (areKept[index] !== true) continue
      if (isNew) fresh.push(told.account)
      else replaced.add(told.stored.subject)
    }
    shelf.tellSummed(fresh)
  }
  return async (epoch: number, places: PlaceSpan, others: readonly PeerIdString[]): Promise<boolean> => {
    const span = { fromEpoch: epoch, toEpoch: epoch }
    const digest = await summariesDigest(store, summaryQuery(span, places))
    const isAsked = ({ stored }: ToldSummary | { stored: ToldSummary['stored'] }): boolean => stored.epoch === epoch && isIn(places, stored.place)
    const sources: AsyncIterator<ToldSummary>[] = [own(epoch, places)]
    for (const node of others) {
      const ask = async (after: Uint8Array): Promise<SummariesAnswer> => {
        const link = links.link(node)
        if (link?.isUp() !== true) throw new ServicesError('no-route', `${node} is out of reach`)
        return link.call('summaries', { places, ...span, digest, after })
      }
      const first = await ask(NO_CURSOR).catch((error: unknown) => core.log('summaries of epoch %d at %s: %s', epoch, node, error))
      if (first == null) continue
      // with this node's own word two say it
      if (first.isSame) return true
      sources.push(toldSummaries(core, parser.summary, async after => (after.byteLength === 0 ? first : ask(after)), { isAsked, emptyPagesMost: 0 }))
    }
    if (sources.length - 1 < Math.min(WORDS, others.length)) return false
    const replaced = new Set<Pseudonym>()
    let taken: Taken[] = []
    try {
      for await (const [mine, ...told] of sideBySide(sources)) {
        if (isStopped()) return false
        const agreed = agreedOf(mine, told, others.length)
        if (agreed != null) taken.push({ told: agreed, isNew: mine == null })
        if (taken.length < BATCH) continue
        await take(taken, replaced)
        taken = []
      }
      await take(taken, replaced)
    } catch (error) {
      core.log('summaries of epoch %d: %s', epoch, error)
      return false
    } finally {
      if (replaced.size > 0) await shelf.recount(replaced)
    }
    return true
  }
}

interface Taken {
  readonly told: ToldSummary
  readonly isNew: boolean
}

/** What this node is to take: what two others say alike, or the only other one where this node has nothing. */
export function agreedOf<T extends { readonly stored: { readonly bytes: Uint8Array } }>(
  mine: T | undefined,
  told: readonly (T | undefined)[],
  othersCount: number
): T | undefined {
  const needed = mine == null ? Math.min(WORDS, othersCount) : WORDS
  const isSame = (a: T, b: T): boolean => Buffer.from(a.stored.bytes).equals(b.stored.bytes)
  const agreed = told.find(one => one != null && told.filter(other => other != null && isSame(one, other)).length >= needed)
  return agreed == null || (mine != null && isSame(agreed, mine)) ? undefined : agreed
}

function isIn({ from, to }: PlaceSpan, place: string): boolean {
  return from === to || (place >= from && (to === FIRST_PLACE || place < to))
}
