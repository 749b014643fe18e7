import { toPeerId } from '@peerwatch/link'
import { caseNotice } from './finding-messages.ts'
import { proposer } from './cosigning.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Action, Case, Finding, LookBook } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { FindingsExchange } from './findings-exchange.ts'
import type { Spread } from './spread.ts'
import type { TrustTree } from '../tree/trust-tree.ts'
import type { WatcherOwner } from '../watch/watcher-owner.ts'

export interface PerformInit {
  readonly exchange: Pick<FindingsExchange, 'publish'>
  readonly looks: Pick<LookBook, 'of'>
  readonly watchers: Pick<WatcherOwner, 'setLooks'>
  readonly tree: Pick<TrustTree, 'broadcast' | 'call'>
  /** Hands a certificate to everybody. */
  readonly spread: Spread
}

/** Performs the judge's actions. What takes time goes on by itself, and comes back to the judge as an event. */
export function performer(core: Core, { exchange, looks, watchers, tree, spread }: PerformInit): (action: Action) => void {
  const cosigned = proposer(core, tree)

  const tellWatcher = (watcher: PeerIdString): void => {
    watchers.setLooks(
      watcher,
      looks.of(watcher).map(({ subject, dimension }) => ({ peer: subject, dimension }))
    )
  }
  const tellOpened = ({ subject, dimension, openedWindow: window, groups, firstHand }: Case): void => {
    core.emit('case:opened', { subject: toPeerId(subject), dimension, window, groups: [...groups], firstHand })
  }
  const tellFinding = ({ subject, dimension, outcome, by, window }: Finding, reason: string): void => {
    core.emit('finding:signed', { subject: toPeerId(subject), dimension, outcome, by: toPeerId(by), window, reason })
  }
  const propose = async (action: Action & { readonly type: 'propose' }): Promise<void> => {
    const made = await cosigned(action)
    if (made == null || (await core.certificates.accept(made.encoded)) === 'refused') return
    const { subject, dimension, groups, openedWindow } = action.open
    core.emit('certificate:made', {
      subject: toPeerId(subject),
      dimension,
      signers: made.signers.map(toPeerId),
      reporterGroups: [...groups],
      findings: action.findings.map(({ by, outcome }) => ({ by: toPeerId(by), outcome })),
      openedWindow,
      window: core.windows.now().window,
      reason: made.reason
    })
    await spread(made.encoded)
  }
  const goOn = (what: string, work: Promise<void>): void => {
    work.catch((error: unknown) => {
      core.log.error('%s: %e', what, error)
    })
  }
  return action => {
    core.log('%s: %s', action.type, action.reason)
    switch (action.type) {
      case 'open case':
        tree.broadcast('case', caseNotice(action.open, core.dimensions))
        return tellOpened(action.open)
      case 'join case':
        return tellOpened(action.open)
      case 'close case': {
        const { subject, dimension, openedWindow } = action.open
        const { window } = core.windows.now()
        return core.emit('case:closed', { subject: toPeerId(subject), dimension, outcome: action.outcome, openedWindow, window })
      }
      case 'sign finding':
        tellFinding(action.finding, action.reason)
        return goOn(`a finding about ${action.finding.subject} could not be kept`, exchange.publish(action.finding))
      case 'take finding':
        return tellFinding(action.finding, action.reason)
      case 'propose':
        return goOn(`a proposal about ${action.open.subject} failed`, propose(action))
      case 'sign verdict': {
        const { subject, dimension } = action.proposal
        return core.emit('verdict:signed', { subject: toPeerId(subject), dimension, proposer: toPeerId(action.proposer) })
      }
      case 'refuse verdict':
        return core.emit('verdict:refused', { subject: toPeerId(action.proposal.subject), proposer: toPeerId(action.proposer), reason: action.reason })
      case 'change standing':
        return core.emit('standing:changed', { peer: toPeerId(action.peer), state: action.state, dimension: action.dimension })
      case 'look':
        return tellWatcher(action.watcher)
      case 'end look':
        return tellWatcher(action.look.watcher)
      case 'dismiss evidence':
        return undefined
      default:
        return action satisfies never
    }
  }
}
