import { EXAMINER_PERIOD_WINDOWS } from '@peerwatch/model'
import { CaseBook, EvidenceBook, FindingBook, LookBook, SeenBook, caseCapacity, caseKey, decide, examinerOrder } from '@peerwatch/reputation'
import { BoundedMap } from '@peerwatch/link'
import { examinerDigest } from './examiner-digest.ts'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Action, JudgeView, ReputationOptions } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { ExaminationTree, WatchersView } from './interfaces.ts'

/** What a trusted node knows; the pure package says what follows from it. */
export interface Judge {
  readonly options: ReputationOptions
  readonly evidence: EvidenceBook
  readonly cases: CaseBook
  readonly findings: FindingBook
  readonly looks: LookBook
  readonly seenBy: (watcher: PeerIdString) => SeenBook
  readonly now: () => WindowNumber
  readonly capacity: () => number
  readonly isImmune: (peer: PeerIdString) => boolean
  readonly proposed: (subject: PeerIdString, dimension: EvictableDimension) => void
  readonly decide: () => Action[]
}

export interface JudgeInit {
  readonly tree: Pick<ExaminationTree, 'hmac'>
  readonly watchers: Pick<WatchersView, 'connected'>
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  readonly options: ReputationOptions
}

const REMEMBERED_ORDERS = 1_024

export function judge(core: Core, { tree, watchers, isOwnWatcher, options }: JudgeInit): Judge {
  const evidence = new EvidenceBook(options)
  const cases = new CaseBook(options)
  const findings = new FindingBook(options.findingLiveWindows)
  const looks = new LookBook()
  const seenBooks = new Map<PeerIdString, SeenBook>()
  const proposals = new Map<string, WindowNumber>()
  const orders = new BoundedMap<string, readonly PeerIdString[]>(REMEMBERED_ORDERS)

  const digest = examinerDigest(tree.hmac)
  const now = (): WindowNumber => core.windows.now().window
  const examiners = (subject: PeerIdString, openedWindow: WindowNumber): readonly PeerIdString[] => {
    const { trusted, version } = core.roster.current()
    const key = `${version} ${Math.floor(openedWindow / EXAMINER_PERIOD_WINDOWS)} ${subject}`
    const order = orders.get(key) ?? examinerOrder(trusted, subject, openedWindow, digest)
    orders.set(key, order)
    return order
  }
  const seenBy = (watcher: PeerIdString): SeenBook => {
    const book = seenBooks.get(watcher) ?? new SeenBook(options.evidenceWindows + options.caseWindows)
    seenBooks.set(watcher, book)
    return book
  }
  // whom the operator allows shows no eviction here: this node would propose it again and again
  const isImmune = (peer: PeerIdString): boolean =>
    core.roster.isSeed(peer) || core.roster.isTrusted(peer) || isOwnWatcher(peer) || core.certificates.allowed().includes(peer)
  const capacity = (): number => {
    const { trusted, quorum } = core.roster.current()
    return caseCapacity(trusted.length, quorum, options)
  }
  const view = (): JudgeView => ({
    now: now(),
    self: core.self,
    quorum: core.roster.current().quorum,
    capacity: capacity(),
    cases,
    findings,
    looks,
    watchers: watchers.connected().map(watcher => ({
      watcher,
      seen: seenBy(watcher),
      freeSlots: Math.max(0, options.lookSlotsCount - looks.of(watcher).length)
    })),
    examiners,
    isImmune,
    isOverloaded: core.health.state() === 'overloaded',
    isEvicted: peer => core.certificates.evicted(peer) != null,
    proposedWindow: (subject, dimension) => proposals.get(caseKey(subject, dimension)),
    rng: core.rng,
    options
  })
  return {
    options,
    evidence,
    cases,
    findings,
    looks,
    seenBy,
    now,
    capacity,
    isImmune,
    proposed: (subject, dimension) => {
      for (const [key, window] of proposals) if (window < now()) proposals.delete(key)
      proposals.set(caseKey(subject, dimension), now())
    },
    decide: () => {
      const { trusted, quorum } = core.roster.current()
      findings.prune(now(), core.roster.isTrusted)
      cases.advance(now(), trusted.length, quorum, ({ subject, dimension }) => {
        return findings.live(subject, dimension, now()).filter(({ outcome }) => outcome === 'failed').length
      })
      return decide(view())
    }
  }
}
