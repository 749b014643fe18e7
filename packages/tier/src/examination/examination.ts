import { coarseStanding, evidenceOf, judge, resolveOptions, standingOf, step } from '@peerwatch/reputation'
import { LIMITS } from '@peerwatch/wire'
import { listenTo, peerIdText, Refusal, toPeerId } from '@peerwatch/link'
import { encodeFinding, findingId, isTimely, readNotice } from './finding-messages.ts'
import { examinerDigest } from './examiner-digest.ts'
import { findingsExchange } from './findings-exchange.ts'
import { performer } from './perform.ts'
import { readProposal } from './cosigning.ts'
import { reinstating } from '../reinstatement/reinstating.ts'
import { spreader } from './spread.ts'
import type { PeerId } from '@libp2p/interface'
import type { Judge, Action, Case, EvidenceView, Happening, ReputationOptions, Standing, Surroundings } from '@peerwatch/reputation'
import type { PeerIdString } from '@peerwatch/model'
import type { CaseNotice } from '@peerwatch/wire'
import type { Core, Part, RegistryView } from '@peerwatch/link'
import type { Ledger } from '../ledger/ledger.ts'
import type { Reinstating } from '../reinstatement/reinstating.ts'
import type { TrustTree } from '../tree/trust-tree.ts'
import type { WatcherOwner } from '../watch/watcher-owner.ts'

export interface ExaminationInit {
  readonly tree: Pick<TrustTree, 'onErased' | 'onDropped' | 'onRecalled' | 'onReport' | 'serve' | 'call' | 'broadcast' | 'writeRecord' | 'hmac'>
  /** From `watcherOwner`. */
  readonly watchers: Pick<WatcherOwner, 'connected' | 'setLooks' | 'onSeen' | 'onChange'>
  readonly registry: Pick<RegistryView, 'publish' | 'registeredCount'>
  /** Puts a certificate onto the network's gossip topic. */
  readonly publishCertificate: (encoded: Uint8Array) => Promise<unknown>
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  readonly ledger?: Pick<Ledger, 'credibilityOf' | 'credibilities'>
  readonly options?: Partial<ReputationOptions>
}

/** What a trusted node offers about the peers that it judges. */
export interface Examination extends Part {
  readonly standing: (peer: PeerIdString) => Standing
  readonly evidenceOf: (peer: PeerIdString) => EvidenceView
  readonly cases: () => Case[]
  /** Says for this node's operator that an eviction was wrong. */
  readonly reinstate: Reinstating['speak']
  readonly beforeStart: () => Promise<void>
  readonly start: () => void
  readonly stop: () => void
}

/** What the judge of this node has to know of the network. */
function surroundings(core: Core, { registry, watchers, isOwnWatcher }: ExaminationInit): () => Surroundings {
  const { roster, certificates } = core
  return () => ({
    window: core.windows.now().window,
    roster: roster.current(),
    watchers: watchers.connected(),
    isOverloaded: core.health.state() === 'overloaded',
    registeredCount: registry.registeredCount(),
    isImmune: peer => roster.isMember(peer) || certificates.allowed().includes(peer),
    isOwnWatcher,
    isEvicted: peer => certificates.evicted(peer) != null,
    history: certificates.history
  })
}

/** Gives the judge each event, and performs the actions that it returns, in this order. */
function hearing(state: Judge, at: () => Surroundings, perform: (action: Action) => void): (happening: Happening) => Action[] {
  const waiting: Action[] = []
  let isPerforming = false
  return happening => {
    const actions = step(state, { ...happening, at: at() })
    waiting.push(...actions)
    // performing an action may bring us here again: what follows from that comes after what waits
    if (isPerforming) return actions
    isPerforming = true
    try {
      for (let action = waiting.shift(); action != null; action = waiting.shift()) perform(action)
    } finally {
      isPerforming = false
    }
    return actions
  }
}

/** Turns what comes in into events for the judge, and performs the judge's actions. */
export function examination(core: Core, init: ExaminationInit): Examination {
  const { tree, watchers, ledger } = init
  const options = resolveOptions(core.roster.current().preset, { dimensions: core.dimensions, ...init.options })
  const at = surroundings(core, init)
  const state = judge({
    self: core.self,
    windowMs: core.windows.windowMs,
    options,
    rng: core.rng,
    digest: examinerDigest(tree.hmac),
    findingId: finding => findingId(finding.by, encodeFinding(finding, core.dimensions)),
    ...(ledger != null && { credibilityOf: ledger.credibilityOf })
  })
  const exchange = findingsExchange(core, options, tree)
  const spread = spreader(init)
  const perform = performer(core, { ...init, exchange, looks: state.looks, spread })
  const reinstatements = reinstating(core, { tree, spread })
  const unsubscribe: (() => void)[] = []
  const hear = hearing(state, at, perform)
  const fault = (from: PeerIdString, protocol: string): void => {
    core.emit('peer:fault', { peer: toPeerId(from), protocol, what: 'malformed' })
  }
  const onCase = (notice: CaseNotice, from: PeerIdString): void => {
    const read = core.roster.isTrusted(from) ? readNotice(notice, core.dimensions) : undefined
    if (read == null) fault(from, 'case')
    else if (isTimely(notice, core.windows.now().window)) hear({ type: 'case announced', from, ...read })
  }
  const onFinding = async (encoded: Uint8Array): Promise<void> => {
    const finding = await exchange.take(encoded)
    if (finding != null) hear({ type: 'finding', finding })
  }
  const onCertificate = async (encoded: Uint8Array): Promise<void> => {
    if (encoded.byteLength <= LIMITS.certificateBytes) await core.certificates.accept(encoded)
  }
  const onPropose = async (verdict: Uint8Array, from: PeerIdString): Promise<Uint8Array | Refusal> => {
    const proposal = core.roster.isTrusted(from) ? readProposal(verdict, core.dimensions) : undefined
    if (proposal == null) {
      fault(from, 'propose')
      return new Refusal('refused', 'malformed')
    }
    const [answer] = hear({ type: 'proposal', proposal, from })
    return answer?.type === 'sign verdict' ? core.signer.signature('certificate', verdict) : new Refusal('refused', answer!.reason)
  }
  const onReinstated = ({ detail: { peer } }: CustomEvent<{ peer: PeerId }>): void => {
    // one that ends by itself forgives nothing
    if (core.certificates.inForce(peerIdText(peer))?.kind === 'reinstatement') hear({ type: 'reinstated', peer: peerIdText(peer) })
  }
  const onEvicted = ({ detail: { peer } }: CustomEvent<{ peer: PeerId }>): void => {
    hear({ type: 'evicted', peer: peerIdText(peer) })
  }
  return {
    standing: peer => standingOf(state, at(), peer),
    evidenceOf: peer => evidenceOf(state, at(), peer),
    cases: () => state.cases.open(),
    reinstate: reinstatements.speak,
    beforeStart: reinstatements.beforeStart,
    start: () => {
      tree.serve({
        case: onCase,
        finding: encoded => void onFinding(encoded),
        certificate: encoded => void onCertificate(encoded),
        propose: onPropose,
        ...(ledger != null && { credibilities: ledger.credibilities }),
        word: reinstatements.hear,
        // as it was at least 6 windows ago: a suspect must not learn that it is being looked at
        standing: peer => coarseStanding(state, at(), peer),
        hasCase: peer => state.cases.open().some(({ subject }) => subject === peer)
      })
      unsubscribe.push(
        listenTo(core.events, { 'peer:evicted': onEvicted, 'peer:reinstated': onReinstated }),
        () => {
          tree.serve({})
        },
        tree.onReport((report, isConflict) => void hear({ type: 'report', report, isConflict })),
        tree.onRecalled(accounts => void hear({ type: 'recalled', accounts })),
        tree.onDropped(isLost => void hear({ type: 'subjects lost', isLost })),
        tree.onErased((peer, throughWindow) => void hear({ type: 'erased', peer, throughWindow })),
        watchers.onSeen(report => void hear({ type: 'seen', ...report })),
        watchers.onChange(() => void hear({ type: 'watchers changed' })),
        core.windows.onWindow(closed => void hear({ type: 'window ended', closed }))
      )
    },
    stop: () => {
      reinstatements.stop()
      for (const end of unsubscribe.splice(0)) end()
    }
  }
}
