import { peerIdFromBytes } from '@peerwatch/link'
import { standingMessage } from '@peerwatch/peer/parts'
import { TREE_STATUS } from './link.ts'
import { OUTCOMES } from './tree-record.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { RecordMessage, TreeRequest } from '@peerwatch/wire'
import type { TreeAnswer } from './links.ts'
import type { JudgeLine } from './judge-line.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'

export interface RequestAnswersInit {
  readonly judge: JudgeLine
  readonly shelf: Shelf
  readonly reader: RecordReader
  readonly parser: RecordParser
  readonly isCandidate: (place: Place) => boolean
  readonly isCaughtUp: () => boolean
}

/** Answers what other trusted nodes ask; roster membership and view have been checked. */
export function requestAnswers(init: RequestAnswersInit): (from: PeerIdString, request: TreeRequest) => Promise<TreeAnswer> {
  const { judge, shelf, reader, parser } = init
  const put = async (message: RecordMessage, asOwner: boolean): Promise<number> => {
    let record: TreeRecord
    try {
      record = parser.message(message)
    } catch {
      return OUTCOMES.refused
    }
    if (!init.isCandidate(record.stored.place)) return OUTCOMES.refused
    return OUTCOMES[await shelf.put(record, asOwner)]
  }
  const propose = async (from: PeerIdString, verdict: Uint8Array): Promise<TreeAnswer> => {
    const answered = await judge.propose(verdict, from)
    if ('refused' in answered) return { status: TREE_STATUS.refused, reason: answered.refused.slice(0, 200) }
    return { signature: answered.signature as Uint8Array<ArrayBuffer> }
  }
  const standing = (subject: PeerIdString): TreeAnswer => {
    if (!init.isCaughtUp()) return { status: TREE_STATUS.notReady, reason: 'catching up' }
    const found = judge.standing(subject)
    return found == null ? { status: TREE_STATUS.refused, reason: 'not held here' } : { standing: standingMessage(found) }
  }
  return async (from, request) => {
    if (request.write != null) {
      const { records, asOwner } = request.write
      return { outcomes: await Promise.all(records.map(async record => put(record, asOwner))) }
    }
    if (request.read != null) return reader.serve(request.read)
    if (request.standingOf.byteLength > 0) return standing(peerIdFromBytes(request.standingOf))
    if (request.propose != null) return propose(from, request.propose.verdict)
    if (request.case != null) judge.case(request.case, from)
    if (request.finding.byteLength > 0) judge.finding(request.finding)
    if (request.certificate.byteLength > 0) judge.certificate(request.certificate)
    return {}
  }
}
