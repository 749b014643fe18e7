import type { CertificateBook, Health, NeighboursView, PeerwatchEvents, SeenView } from '@peerwatch/link'
import type { DimensionTable } from '@peerwatch/model'
import type { ReportingView } from '../reporting/reporting.ts'

/** Gauges read these parts of a node. A part that its role lacks is absent, and so are the metrics of this part. */
export interface MeteredNode {
  readonly core: {
    readonly certificates: Pick<CertificateBook, 'evictions'>
    readonly roster: { readonly current: () => { readonly version: number } }
    readonly writes: { readonly waitingCount: () => number }
    readonly health: { readonly now: () => Health }
    readonly dimensions: DimensionTable
  }
  readonly neighbours: Pick<NeighboursView, 'list'>
  readonly cuts: SeenView['cuts']
  readonly reporting?: { readonly status: () => Pick<ReturnType<ReportingView['status']>, 'pending'> }
  readonly seed?: { readonly status: () => { readonly peers: readonly unknown[] } }
  readonly tier?: {
    readonly examination: { readonly cases: () => readonly unknown[] }
    readonly watcherIds: () => readonly unknown[]
    readonly storedBytes: () => Promise<number>
  }
}

/** A part that only some roles have. */
export type RolePart = 'reporting' | 'seed' | 'tier'

/** A number, or one per value of the metric's label. */
export type Reading = number | Readonly<Record<string, number>>

export interface MetricText {
  readonly help: string
  readonly label?: string
}

interface CommonRow extends MetricText {
  /** The part without which a node does not have this metric. Absent: every node has it. */
  readonly of?: RolePart
  /**
   * Values of the label that are shown from zero on: a counter that begins at 1 has never risen, as far as Prometheus can tell.
   * A node knows the dimensions of its network only when it runs.
   */
  readonly values?: readonly string[] | ((dimensions: DimensionTable) => readonly string[])
}

export interface CounterRow extends CommonRow {
  readonly event: keyof PeerwatchEvents
  readonly count: (detail: unknown) => Reading
}

export interface GaugeRow extends CommonRow {
  readonly read: (node: MeteredNode) => Reading | Promise<Reading>
}

export type MetricRow = CounterRow | GaugeRow

/** The values of a row's label that are known on this node. */
export function valuesOf({ values = [] }: MetricRow, { core }: MeteredNode): readonly string[] {
  return typeof values === 'function' ? values(core.dimensions) : values
}

type Detail<K extends keyof PeerwatchEvents> = PeerwatchEvents[K]['detail']

interface CounterInit<K extends keyof PeerwatchEvents> extends Omit<CommonRow, 'help'> {
  /** How much one event adds, or to which value of the label it adds one. Default: 1. */
  readonly count?: (detail: Detail<K>) => Reading | string
}

/** A row that is counted from events, since the start of the node. */
export function counter<K extends keyof PeerwatchEvents>(event: K, help: string, { count = () => 1, ...row }: CounterInit<K> = {}): CounterRow {
  return {
    ...row,
    event,
    help,
    count: detail => {
      const counted = count(detail as Detail<K>)
      return typeof counted === 'string' ? { [counted]: 1 } : counted
    }
  }
}

interface GaugeInit<P extends RolePart> extends Omit<CommonRow, 'help' | 'of'> {
  readonly of?: P
  readonly read: (node: MeteredNode & Required<Pick<MeteredNode, P>>) => Reading | Promise<Reading>
}

/** A row that is read at each scrape. */
export function gauge<P extends RolePart = never>(help: string, { read, ...row }: GaugeInit<P>): GaugeRow {
  // `metering` leaves out the rows whose part a node lacks
  return { ...row, help, read: node => read(node as Parameters<typeof read>[0]) }
}
