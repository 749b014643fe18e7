import { epochOf } from '@peerwatch/model'
import { pastStandings, resolveOptions } from '@peerwatch/reputation'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { Credibility, PastStanding } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'
import type { TreeRecord } from '../tree/tree-record.ts'

/** How a peer stood over the last windows, by the reports that the trusted nodes keep. */
export interface StandingHistory {
  /** Oldest first, up to the last window that has ended. Empty if nothing is stored about the peer. */
  readonly windows: readonly PastStanding[]
  /** Whether enough trusted nodes answered, so that no acknowledged report can be missing. */
  readonly isComplete: boolean
}

/** Evidence that is older than so many half-lives changes nothing that is shown. */
const HALF_LIVES = 4

/** Reads what is stored about a peer, here or at its candidates, and folds it anew. The node keeps nothing for it. */
export function standingHistory(
  core: Core,
  tree: Pick<TrustTree, 'read' | 'stamps'>,
  credibilityOf: (reporter: PeerIdString) => Credibility
): (peer: PeerIdString, windowsCount: number) => Promise<StandingHistory> {
  const reportOf = (record: TreeRecord): Report[] => {
    const stamp = record.kind === 'report' ? tree.stamps.read(record.stamp) : undefined
    return record.kind !== 'report' || stamp == null ? [] : [{ reporter: record.author, group: stamp.group, ...record.observation }]
  }
  return async (peer, windowsCount) => {
    const { preset } = core.roster.current()
    const options = resolveOptions(preset, { dimensions: core.dimensions })
    const toWindow = core.windows.now().window - 1
    const fromWindow = Math.max(0, toWindow - windowsCount + 1)
    const earliest = Math.max(0, fromWindow - HALF_LIVES * options.badHalfLifeWindows)
    const span = { fromEpoch: epochOf(earliest, preset.epochWindows), toEpoch: epochOf(toWindow, preset.epochWindows) }
    const { records, isComplete } = await tree.read(peer, span)
    const reports = records.flatMap(reportOf)
    if (reports.length === 0) return { windows: [], isComplete }
    // as the judge weighs them now
    return {
      windows: pastStandings({
        subject: peer,
        reports,
        fromWindow,
        toWindow,
        weightOf: reporter => credibilityOf(reporter).weight,
        voiceOf: reporter => credibilityOf(reporter).voice,
        options
      }),
      isComplete
    }
  }
}
