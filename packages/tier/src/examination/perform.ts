import { caseNotice } from './finding-messages.ts'
import { tellClosed, tellMade, tellOpened } from './case-events.ts'
import type { Action, Admission, Case, CaseOutcome, Finding } from '@peerwatch/reputation'
import type { Core, RegistryView } from '@peerwatch/link'
import type { AnnouncedCases } from './announced-cases.ts'
import type { Cosigning } from './cosigning.ts'
import type { FindingsExchange } from './findings-exchange.ts'
import type { ExaminationTree } from './interfaces.ts'
import type { Judge } from './judge.ts'

export interface PerformInit {
  readonly known: Judge
  readonly announced: AnnouncedCases
  readonly exchange: FindingsExchange
  readonly signing: Cosigning
  readonly tree: Pick<ExaminationTree, 'broadcast'>
  readonly registry: Pick<RegistryView, 'publish'>
  readonly publishCertificate: (encoded: Uint8Array) => Promise<unknown>
}

/** Does what was decided. Whatever takes time goes on by itself; what it changes here shows at the next decision. */
export function performer(core: Core, init: PerformInit): (action: Action) => void {
  const { known, announced, exchange, signing, tree, registry } = init
  const { cases, findings, looks } = known

  const open = ({ candidate, lane }: Admission): void => {
    // the window that ended is the case's: its end, which the certificate names, is past on every clock
    const opened = cases.begin(candidate, { openedWindow: known.now() - 1, lane, askedCount: core.roster.current().quorum + 1 })
    tree.broadcast({ case: caseNotice(opened) })
    tellOpened(core, opened)
  }
  const close = (closed: Case, outcome: CaseOutcome): void => {
    const { subject, dimension } = closed
    cases.close(subject, dimension, outcome, known.now())
    looks.end(subject, dimension)
    looks.forget(subject, dimension)
    announced.closed(subject, dimension)
    // what led to this eviction must not lead to the next
    if (outcome === 'evicted') findings.forget(subject, dimension)
    tellClosed(core, closed, outcome, known.now())
  }
  const propose = async (opened: Case, failed: readonly Finding[]): Promise<void> => {
    const live = findings.live(opened.subject, opened.dimension, known.now())
    const made = await signing.propose(opened, failed)
    if (made == null || (await core.certificates.accept(made.encoded)) === 'refused') return
    tellMade(core, { opened, findings: live, signers: made.signers, reason: made.reason, window: known.now() })
    tree.broadcast({ certificate: made.encoded })
    registry.publish({ certificates: [made.encoded] })
    await init.publishCertificate(made.encoded)
  }
  const sign = ({ subject, dimension, assessment }: Action & { readonly type: 'sign finding' }): void => {
    exchange.sign(subject, dimension, assessment)
    cases.progressed(subject, dimension, known.now())
    if (assessment.outcome === 'failed') cases.accuse({ subject, dimension, groups: [], weight: 1, firstHand: true }, known.now())
  }
  return action => {
    core.log('%s: %s', action.type, action.reason)
    switch (action.type) {
      case 'open case':
        return open(action.admission)
      case 'look':
        return looks.order(action.subject, action.dimension, action.watcher, known.now())
      case 'end look':
        return void looks.end(action.look.subject, action.look.dimension)
      case 'sign finding':
        return sign(action)
      case 'dismiss evidence':
        return known.seenBy(action.watcher).dismiss(action.subject, action.dimension)
      case 'close case':
        return close(action.open, action.outcome)
      case 'propose':
        known.proposed(action.open.subject, action.open.dimension)
        propose(action.open, action.findings).catch((error: unknown) => {
          core.log.error('a proposal about %s failed: %e', action.open.subject, error)
        })
        return undefined
      default:
        return action satisfies never
    }
  }
}
