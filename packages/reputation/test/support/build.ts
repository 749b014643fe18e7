import { createHash } from 'node:crypto'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { ExaminerDigest } from '../../src/index.ts'

/** Any text stands for a peer here. */
export function peer(name: string): PeerIdString {
  return name as PeerIdString
}

/** In scope `local` every peer is its own group. */
export function report(fields: Pick<Report, 'reporter' | 'subject' | 'window'> & Partial<Report>): Report {
  return { group: fields.reporter, counts: {}, cuts: [], ...fields }
}

export const digest: ExaminerDigest = (node, subject, period) => createHash('sha256').update(`${node} ${subject} ${period}`).digest()
