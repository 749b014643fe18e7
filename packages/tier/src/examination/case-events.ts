import { toPeerId } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Case, CaseOutcome, Finding } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'

export function tellOpened(core: Core, { subject, dimension, openedWindow: window, groups, firstHand }: Case): void {
  core.emit('case:opened', { subject: toPeerId(subject), dimension, window, groups: [...groups], firstHand })
}

export function tellClosed(core: Core, { subject, dimension, openedWindow }: Case, outcome: CaseOutcome, window: WindowNumber): void {
  core.emit('case:closed', { subject: toPeerId(subject), dimension, outcome, openedWindow, window })
}

/** What a certificate rests on. */
export interface Made {
  readonly opened: Case
  readonly findings: readonly Finding[]
  readonly signers: readonly PeerIdString[]
  readonly reason: string
  readonly window: WindowNumber
}

export function tellMade(core: Core, { opened, findings, signers, reason, window }: Made): void {
  const { subject, dimension, groups, openedWindow } = opened
  core.emit('certificate:made', {
    subject: toPeerId(subject),
    dimension,
    signers: signers.map(toPeerId),
    reporterGroups: [...groups],
    findings: findings.map(({ by, outcome }) => ({ by: toPeerId(by), outcome })),
    openedWindow,
    window,
    reason
  })
}
