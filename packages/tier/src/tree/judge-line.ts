import type { PeerIdString } from '@peerwatch/model'
import type { CaseNotice } from '@peerwatch/wire'
import type { CoarseStanding, Core } from '@peerwatch/link'

/** What a trusted node says to a proposal: its signature on the verdict, or why not. */
export type ProposalAnswer = { readonly signature: Uint8Array } | { readonly refused: string }

export type Unsubscribe = () => void
type CaseListener = (notice: CaseNotice, from: PeerIdString) => void
type EncodedListener = (encoded: Uint8Array) => void
type ProposeHandler = (verdict: Uint8Array, from: PeerIdString) => Promise<ProposalAnswer>
type StandingSource = (subject: PeerIdString) => CoarseStanding | undefined

/** Where the judge listens in; `from` is always the roster member at the other end of the link. */
export interface JudgeListening {
  readonly onCase: (listener: CaseListener) => Unsubscribe
  /** Encoded `Signed<Finding>`, not checked: those that others send, and those held on disk. The same one may come more than once. */
  readonly onFinding: (listener: EncodedListener) => Unsubscribe
  readonly onCertificate: (listener: EncodedListener) => Unsubscribe
  /** One handler; never rejects. */
  readonly onPropose: (handler: ProposeHandler) => Unsubscribe
  /** One source: what this node can say of a subject of which it holds the reports. */
  readonly onStanding: (source: StandingSource) => Unsubscribe
}

/** The tree's side of it. */
export interface JudgeLine {
  readonly listening: JudgeListening
  readonly case: CaseListener
  readonly finding: EncodedListener
  readonly certificate: EncodedListener
  readonly propose: ProposeHandler
  readonly standing: StandingSource
}

export function subscribed<L>(listeners: Set<L>, listener: L): Unsubscribe {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function judgeLine(core: Core): JudgeLine {
  const cases = new Set<CaseListener>()
  const findings = new Set<EncodedListener>()
  const certificates = new Set<EncodedListener>()
  let proposeHandler: ProposeHandler | undefined
  let standingSource: StandingSource | undefined

  const tell = <A extends unknown[]>(listeners: Set<(...args: A) => void>, ...args: A): void => {
    for (const listener of listeners) {
      try {
        listener(...args)
      } catch (error) {
        core.log.error('a listener of the tree failed: %e', error)
      }
    }
  }
  return {
    listening: {
      onCase: listener => subscribed(cases, listener),
      onFinding: listener => subscribed(findings, listener),
      onCertificate: listener => subscribed(certificates, listener),
      onPropose: handler => {
        proposeHandler = handler
        return () => {
          proposeHandler = undefined
        }
      },
      onStanding: source => {
        standingSource = source
        return () => {
          standingSource = undefined
        }
      }
    },
    case: (notice, from) => {
      tell(cases, notice, from)
    },
    finding: encoded => {
      tell(findings, encoded)
    },
    certificate: encoded => {
      tell(certificates, encoded)
    },
    propose: async (verdict, from) => proposeHandler?.(verdict, from) ?? { refused: 'this node has no judge' },
    standing: subject => standingSource?.(subject)
  }
}
