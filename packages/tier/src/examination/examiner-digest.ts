import { peerIdBytes } from '@peerwatch/link'
import type { ExaminerDigest } from '@peerwatch/reputation'

const LABEL = new TextEncoder().encode('examiner\0')

/** Orders the examiners of a subject: HMAC-SHA-256(pepper, "examiner" || 00 || subject || period (u32 BE) || node), with peers as multihash bytes. */
export function examinerDigest(hmac: (...parts: Uint8Array[]) => Uint8Array): ExaminerDigest {
  return (node, subject, period) => {
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, period)
    return hmac(LABEL, peerIdBytes(subject), number, peerIdBytes(node))
  }
}
