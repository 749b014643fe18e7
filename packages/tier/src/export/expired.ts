import { sideBySide } from '../tree/side-by-side.ts'
import { toldSummaries } from '../tree/summaries-told.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Summary } from '../tree/summary.ts'
import type { ToldSummary } from '../tree/summaries-told.ts'
import type { ExportingInit, ExportLine } from './export.ts'
import type { MergedInit } from './merged.ts'

export interface ExpiredInit extends Pick<ExportingInit, 'parser' | 'summaries'>, Pick<MergedInit, 'nodes' | 'onFailed'> {}

/** Summaries about one peer are few among all: an honest node looks through 10,000 for a page. */
const EMPTY_PAGES_MOST = 1_000

/** What is left of reports about a peer, and by it, whose epochs have expired: a line for each different word of the nodes that hold it. */
export async function* expiredLines(core: Core, peer: PeerIdString, { parser, summaries, nodes, onFailed }: ExpiredInit): AsyncGenerator<ExportLine> {
  const isAsked = ({ account }: Summary): boolean => account.subject === peer || account.reporter === peer
  async function* told(node: PeerIdString): AsyncGenerator<ToldSummary> {
    try {
      yield* toldSummaries(core, parser.summary, async after => summaries(node, { peer, after }), { isAsked, emptyPagesMost: EMPTY_PAGES_MOST })
    } catch (error) {
      onFailed(node, error instanceof Error ? error.message : String(error))
    }
  }
  for await (const there of sideBySide(nodes.map(told))) {
    const words = new Map<string, { readonly summary: Summary; readonly holders: PeerIdString[] }>()
    for (const [index, summary] of there.entries()) {
      if (summary == null) continue
      const key = Buffer.from(summary.stored.bytes).toString('base64')
      const word = words.get(key) ?? { summary, holders: [] }
      word.holders.push(nodes[index]!)
      words.set(key, word)
    }
    for (const { summary, holders } of words.values()) yield lineOf(core, summary, holders)
  }
}

function lineOf({ windows }: Pick<Core, 'windows'>, { account, stored }: Summary, holders: readonly PeerIdString[]): ExportLine {
  const { subject, reporter, group, newestWindow, folded } = account
  const each = account.windows.map(([window, kept]) => (kept === 'conflict' ? { window, conflict: true } : { window, ...kept }))
  const content = { epoch: stored.epoch, reporterGroup: group, sums: folded, windows: each }
  return { kind: 'expired', subject, author: reporter, window: newestWindow, atMs: newestWindow * windows.windowMs, content, holders }
}
