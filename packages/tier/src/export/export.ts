import { candidatesOf, readsNeeded } from '@peerwatch/trust-tree'
import { readCertificate } from '@peerwatch/link'
import { FINDING_OUTCOMES } from '../examination/finding-messages.ts'
import { expiredLines } from './expired.ts'
import { merged } from './merged.ts'
import { DEVIATION } from '../ledger/credibilities.ts'
import type { Counts, Dimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { Core, RegistryView } from '@peerwatch/link'
import type { StampBook } from '../entry/stamps.ts'
import type { RecordParser, TreeRecord } from '../tree/tree-record.ts'
import type { SummariesAbout, SummariesAnswer } from '../tree/summary-pages.ts'
import type { MergedInit } from './merged.ts'

/** One thing that is stored about a peer, or that it wrote about others. `holders` are ids of trusted nodes, or `seeds`. */
export interface ExportLine {
  readonly kind: 'report' | 'expired' | 'finding' | 'ledger' | 'certificate' | 'registration'
  readonly subject: PeerIdString
  readonly author?: PeerIdString
  readonly window?: WindowNumber
  /** When that window began, or when the certificate was issued. */
  readonly atMs?: number
  readonly content: object
  readonly holders: readonly (PeerIdString | 'seeds')[]
}

/** The last line. */
export interface ExportSummary {
  readonly kind: 'summary'
  readonly peer: PeerIdString
  readonly about: number
  readonly by: number
  /** Whether enough holders of every place answered, so that no acknowledged record can be missing. */
  readonly isComplete: boolean
  /** The nodes that could not be asked or broke off, and why. */
  readonly notAsked: readonly { readonly node: PeerIdString; readonly reason: string }[]
}

export interface ExportingInit {
  readonly parser: RecordParser
  readonly stamps: Pick<StampBook, 'read'>
  readonly registry: Pick<RegistryView, 'find'>
  readonly partition: () => Partition
  readonly copies: number
  readonly page: MergedInit['page']
  /** Rejects if the node does not answer. */
  readonly summaries: (node: PeerIdString, asked: SummariesAbout) => Promise<SummariesAnswer>
}

export type Exporting = (peer: PeerIdString) => AsyncGenerator<ExportLine | ExportSummary>

/**
 * Everything that the trusted nodes, and through them the seeds, store about a peer, and everything that it wrote about others. It holds one page of
 * each node in memory.
 */
export function exporting(core: Core, init: ExportingInit): Exporting {
  const { parser, stamps, registry, partition, copies, page } = init
  const lineOf = ({ record, holders }: { record: TreeRecord; holders: readonly PeerIdString[] }): ExportLine => {
    const { kind, subject, author, stored } = record
    const { window } = stored
    return { kind, subject, author, window, atMs: window * core.windows.windowMs, content: contentOf(core, stamps, record), holders }
  }
  async function* besides(peer: PeerIdString): AsyncGenerator<ExportLine> {
    const [known] = await registry.find([peer]).catch(() => [])
    if (known != null) {
      const { addresses, unreachable, guest } = known
      const stamp = known.stamp == null ? undefined : stamps.read(known.stamp)
      const content = { addresses, unreachable, guest, ...(stamp != null && { group: stamp.group, firstWindow: stamp.firstWindow }) }
      yield { kind: 'registration', subject: peer, content, holders: ['seeds'] }
    }
    for (const encoded of core.certificates.encoded()) {
      const read = readCertificate(encoded, core.dimensions)
      if (read?.peer !== peer) continue
      const { kind: verdict, dimension, reason, issuedAtMs, expiresAtMs, serial } = read
      yield { kind: 'certificate', subject: peer, atMs: issuedAtMs, content: { verdict, dimension, reason, expiresAtMs, serial }, holders: [core.self] }
    }
  }
  return async function* exported(peer) {
    const { trusted, leaving } = core.roster.current()
    const nodes = [...trusted, ...leaving]
    const failed = new Map<PeerIdString, string>()
    const view = partition()
    let about = 0
    let by = 0
    const onFailed = (node: PeerIdString, reason: string): void => void failed.set(node, reason)
    for await (const line of expiredLines(core, peer, { ...init, nodes, onFailed })) {
      if (line.subject === peer) about++
      else by++
      yield line
    }
    for await (const held of merged(core, peer, { nodes, parser, page, onFailed })) {
      if (held.record.subject === peer) about++
      else by++
      yield lineOf(held)
    }
    yield* besides(peer)
    const answered = new Set(nodes.filter(node => !failed.has(node)))
    const isComplete = partition() === view && isEnough(view, answered, copies)
    yield { kind: 'summary', peer, about, by, isComplete, notAsked: [...failed].map(([node, reason]) => ({ node, reason })) }
  }
}

/** Candidates change only at a start, of this ring or of the one before. */
function isEnough(view: Partition, answered: ReadonlySet<PeerIdString>, copies: number): boolean {
  const starts = [...view.ring, ...(view.formerRing ?? [])].map(({ start }) => start)
  return (
    starts.length > 0 &&
    starts.every(start => {
      const { current, former } = candidatesOf(view, start, copies)
      return [current, former].every(list => list.length === 0 || list.filter(node => answered.has(node)).length >= readsNeeded(list, copies))
    })
  )
}

function contentOf({ dimensions }: Pick<Core, 'dimensions'>, stamps: Pick<StampBook, 'read'>, record: TreeRecord): object {
  if (record.kind === 'report') {
    const { counts, cuts } = record.observation
    const stamp = stamps.read(record.stamp)
    const content: { counts: Readonly<Record<Dimension, Counts>>; cuts: readonly Dimension[] } = { counts, cuts }
    return { ...content, ...(stamp != null && { reporterGroup: stamp.group, reporterFirstWindow: stamp.firstWindow }) }
  }
  if (record.kind === 'ledger') {
    const { checked, agreed, contradicted, deviations } = record.entry
    return { checked, agreed, contradicted, deviations: [...deviations].map(each => each / DEVIATION) }
  }
  const { dimension, outcome, ok, bad, controls, controlsPassed } = record.finding
  return { dimension: dimensions.find(dimension), outcome: outcome === FINDING_OUTCOMES.failed ? 'failed' : 'not confirmed', ok, bad, controls, controlsPassed }
}
