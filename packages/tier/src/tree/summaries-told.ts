import { ServicesError } from '@peerwatch/link'
import { summaryOrder } from './summary-pages.ts'
import type { Core } from '@peerwatch/link'
import type { Summary, SummaryForm } from './summary.ts'
import type { Ordered } from './side-by-side.ts'
import type { SummariesAnswer } from './summary-pages.ts'

export interface ToldSummary extends Summary, Ordered {}

/** A node that goes on has told more than it can hold, or goes round in circles. */
const PAGES_MOST = 1_000

/**
 * What another node tells, page by page. What cannot be read, or was not asked for, is left out. Rejects where the node does not answer, or goes round
 * in circles.
 */
export async function* toldSummaries(
  core: Pick<Core, 'log'>,
  form: SummaryForm,
  page: (after: Uint8Array) => Promise<SummariesAnswer>,
  { isAsked, emptyPagesMost }: { readonly isAsked: (summary: Summary) => boolean; readonly emptyPagesMost: number }
): AsyncGenerator<ToldSummary> {
  let after: Uint8Array = new Uint8Array()
  let last = ''
  let emptyCount = 0
  for (let count = 0; count < PAGES_MOST; count++) {
    const { summaries, next } = await page(after)
    const before = last
    for (const bytes of summaries) {
      let summary: Summary
      try {
        summary = form.read(bytes)
      } catch (error) {
        core.log('a summary that cannot be read: %s', error)
        continue
      }
      if (!isAsked(summary)) continue
      const order = summaryOrder(summary.stored)
      if (order <= last) throw new ServicesError('refused', 'summaries out of order')
      last = order
      yield { ...summary, order }
    }
    if (next.byteLength === 0) return
    emptyCount = last === before ? emptyCount + 1 : 0
    if (emptyCount > emptyPagesMost) throw new ServicesError('refused', `${emptyCount} pages without a summary`)
    after = next
  }
  throw new ServicesError('refused', `more than ${PAGES_MOST} pages of summaries`)
}
