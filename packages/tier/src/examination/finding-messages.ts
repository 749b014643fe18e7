import { createHash } from 'node:crypto'
import { LIMITS, messages } from '@peerwatch/wire'
import { peerIdBytes, peerIdFromBytes } from '@peerwatch/link'
import type { DimensionTable, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Candidate, Case, Finding, FindingOutcome, ReputationOptions } from '@peerwatch/reputation'
import type { CaseNotice } from '@peerwatch/wire'

/** The number of each outcome on the wire. */
export const FINDING_OUTCOMES = { failed: 1, 'not confirmed': 2 } as const satisfies Record<FindingOutcome, number>

export function encodeFinding(finding: Omit<Finding, 'id' | 'by'>, dimensions: DimensionTable): Uint8Array {
  const { subject, dimension, outcome, window, ok, bad, controls, controlsPassed } = finding
  return messages.finding.encode({
    subject: peerIdBytes(subject),
    dimension: dimensions.row(dimension).number,
    outcome: FINDING_OUTCOMES[outcome],
    window,
    ok,
    bad,
    controls,
    controlsPassed
  })
}

/** SHA-256 of signer and payload: the payload alone does not say which node found it. */
export function findingId(by: PeerIdString, payload: Uint8Array): string {
  return createHash('sha256').update(peerIdBytes(by)).update(payload).digest('hex')
}

/** SHA-256 of the sorted ids, for the verdict. */
export function findingsDigest(findings: readonly Finding[]): Uint8Array {
  const ids = findings.map(({ id }) => id).toSorted()
  return createHash('sha256')
    .update(Buffer.from(ids.join(''), 'hex'))
    .digest()
}

/** Reads a finding, or says why no honest node signs such a one. Throws WireError for what cannot be read. */
export function readFinding(by: PeerIdString, payload: Uint8Array, now: WindowNumber, options: ReputationOptions): Finding | string {
  const message = messages.finding.decode(payload)
  const dimension = options.dimensions.findEvictable(message.dimension)
  const { window, ok, bad, controls, controlsPassed } = message
  if (dimension == null) return 'dimension'
  if (window > now + 1 || window <= now - options.findingLiveWindows) return 'window'
  const outcome: FindingOutcome | undefined =
    message.outcome === FINDING_OUTCOMES.failed ? 'failed' : message.outcome === FINDING_OUTCOMES['not confirmed'] ? 'not confirmed' : undefined
  if (outcome == null) return 'outcome'
  if (controls > options.controlsMost || controlsPassed > controls) return 'controls'
  if (outcome === 'failed' && (bad === 0 || controls < options.controlsLeast || controlsPassed * 2 <= controls)) return 'controls'
  return { subject: peerIdFromBytes(message.subject), dimension, outcome, by, window, ok, bad, controls, controlsPassed, id: findingId(by, payload) }
}

export function caseNotice(open: Case, dimensions: DimensionTable): CaseNotice {
  const { subject, dimension, openedWindow, weight, groups } = open
  return {
    subject: peerIdBytes(subject),
    dimension: dimensions.row(dimension).number,
    openedWindow,
    weight,
    groups: groups.slice(0, LIMITS.observations)
  }
}

const GROUP_CHARACTERS = 128

export interface ReadNotice {
  readonly candidate: Candidate
  readonly openedWindow: WindowNumber
}

/** An announced case may be so many windows older or newer than the present one. */
const NOTICE_WINDOWS = 3

/** Whether the notice fits the present window. If it does not, two clocks differ, and nobody is at fault. */
export function isTimely({ openedWindow }: CaseNotice, now: WindowNumber): boolean {
  return Math.abs(openedWindow - now) <= NOTICE_WINDOWS
}

/** Undefined for a notice that no honest node sends. */
export function readNotice(notice: CaseNotice, dimensions: DimensionTable): ReadNotice | undefined {
  const dimension = dimensions.findEvictable(notice.dimension)
  const { openedWindow, weight, groups } = notice
  if (dimension == null || !Number.isFinite(weight) || weight < 0) return undefined
  if (groups.length > LIMITS.observations || groups.some(group => group.length > GROUP_CHARACTERS)) return undefined
  try {
    return { candidate: { subject: peerIdFromBytes(notice.subject), dimension, groups, weight, firstHand: false }, openedWindow }
  } catch {
    return undefined
  }
}
