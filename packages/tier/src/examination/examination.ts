import { resolveOptions } from '@peerwatch/reputation'
import { LIMITS } from '@peerwatch/wire'
import { peerIdText } from '@peerwatch/link'
import { accusations } from './accusations.ts'
import { announcedCases } from './announced-cases.ts'
import { tellOpened } from './case-events.ts'
import { cosigning } from './cosigning.ts'
import { findingsExchange } from './findings-exchange.ts'
import { judge } from './judge.ts'
import { performer } from './perform.ts'
import { standings } from './standings.ts'
import type { PeerId } from '@libp2p/interface'
import type { Case, ReputationOptions } from '@peerwatch/reputation'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { CaseNotice } from '@peerwatch/wire'
import type { Core, Part, RegistryView } from '@peerwatch/link'
import type { ExaminationTree, Unsubscribe, WatcherSeen, WatchersView } from './interfaces.ts'
import type { Judge } from './judge.ts'
import type { Standings } from './standings.ts'

export interface ExaminationInit {
  readonly tree: ExaminationTree
  /** From `watcherOwner`. */
  readonly watchers: WatchersView
  readonly registry: Pick<RegistryView, 'publish'>
  /** Puts a certificate onto the network's gossip topic. */
  readonly publishCertificate: (encoded: Uint8Array) => Promise<unknown>
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  readonly options?: Partial<ReputationOptions>
}

/** What a trusted node offers about the peers it judges. */
export interface Examination extends Part, Omit<Standings, 'record'> {
  readonly cases: () => Case[]
  readonly start: () => void
  readonly stop: () => void
}

/** An action may allow for the next; a mistake must not loop for ever. */
const MOST_ROUNDS = 16

/** Decides and performs until there is nothing to do, then tells the watchers. */
function stepper(known: Judge, watchers: WatchersView, perform: ReturnType<typeof performer>): () => void {
  let isStepping = false
  return () => {
    // performing an action may bring us here again
    if (isStepping) return
    isStepping = true
    try {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const actions = known.decide()
        if (actions.length === 0) break
        for (const action of actions) perform(action)
      }
    } finally {
      isStepping = false
    }
    for (const watcher of watchers.connected()) {
      watchers.setLooks(
        watcher,
        known.looks.of(watcher).map(({ subject, dimension }) => ({ peer: subject, dimension }))
      )
    }
  }
}

/** Turns reports into suspects, suspects into looks, looks into findings, and findings into certificates. */
export function examination(core: Core, init: ExaminationInit): Examination {
  const { tree, watchers } = init
  const options = resolveOptions(core.roster.current().preset, init.options)
  // until the ledger exists every reporter is one that was never checked
  const weightOf = (): number => options.uncheckedCredibility
  const known = judge(core, { ...init, options })
  const accused = accusations(known, weightOf)
  const announced = announcedCases(core, known)
  const exchange = findingsExchange(core, known, tree, init.registry)
  const signing = cosigning(core, { tree, findings: known.findings, options })
  const shown = standings(core, { ...known, weightOf })
  const step = stepper(known, watchers, performer(core, { ...init, known, announced, exchange, signing }))
  const unsubscribe: Unsubscribe[] = []

  const onSeen = ({ watcher, window, seen, linked }: WatcherSeen): void => {
    known.seenBy(watcher).add(window, seen)
    for (const peer of linked) known.looks.linked(watcher, peer, known.now())
    step()
  }
  const onCase = (notice: CaseNotice, from: PeerIdString): void => {
    const joined = announced.join(notice, from)
    if (joined != null) tellOpened(core, joined)
    step()
  }
  const onFinding = async (encoded: Uint8Array): Promise<void> => {
    const finding = await exchange.take(encoded)
    if (finding == null) return
    known.cases.progressed(finding.subject, finding.dimension, known.now())
    step()
  }
  const onCertificate = async (encoded: Uint8Array): Promise<void> => {
    if (encoded.byteLength <= LIMITS.certificateBytes) await core.certificates.accept(encoded)
  }
  const onWindow = (closed: WindowNumber): void => {
    const reviewed = accused.review()
    step()
    shown.record(new Set([...reviewed, ...known.cases.open().map(({ subject }) => subject)]), closed)
  }
  const onEvicted = ({ detail: { peer } }: CustomEvent<{ peer: PeerId }>): void => {
    step()
    shown.record([peerIdText(peer)], known.now())
  }
  return {
    standing: shown.standing,
    evidenceOf: shown.evidenceOf,
    coarseStanding: shown.coarseStanding,
    cases: () => known.cases.open(),
    start: () => {
      core.events.addEventListener('peer:evicted', onEvicted)
      unsubscribe.push(
        () => {
          core.events.removeEventListener('peer:evicted', onEvicted)
        },
        tree.onReport((report, isConflict) => {
          if (accused.hear(report, isConflict)) step()
        }),
        tree.onCase(onCase),
        tree.onFinding(encoded => void onFinding(encoded)),
        tree.onCertificate(encoded => void onCertificate(encoded)),
        tree.onPropose(signing.answer),
        watchers.onSeen(onSeen),
        watchers.onChange(step),
        core.windows.onWindow(onWindow)
      )
    },
    stop: () => {
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}
