import type { Counts } from './counts.ts'

/** The name of a row in the table of dimensions that a node runs with. What comes from outside is looked up in the table first. */
export type Dimension = string

/** The name of a row with `evictable: true`: a case can be opened in it and a certificate signed. */
export type EvictableDimension = Dimension

/** Weighted sums over the voices of all groups. */
export interface RatioSums extends Counts {
  readonly groups: number
}

interface CommonRow {
  readonly name: Dimension
  /** Its name on the wire; it never changes its meaning. 5 is reserved for `honesty`, by which reporters are judged apart. */
  readonly number: number
  /**
   * A reporter accuses where even the upper 95 % bound of the share of good observations is below this.
   * Higher: sooner, and more honest peers are looked at for nothing; lower: only gross misconduct is accused.
   */
  readonly theta: number
  /** Reputation in this dimension, in [0, 1]; undefined where the sums say nothing. */
  readonly ratio: (sums: RatioSums) => number | undefined
}

/** A dimension that lowers a standing and opens no case. */
export interface ShownDimension extends CommonRow {
  readonly evictable: false
}

/** A dimension in which a peer can be evicted. */
export interface EvictableRow extends CommonRow {
  readonly evictable: true
  /** The evidence at which a neighbour is cut, and that a finding needs: what the rule of this dimension counts, all within so many windows. */
  readonly evidence: { readonly withinWindows: number } & Readonly<Record<string, number>>
  /** Whether a control that was seen so shows nothing of what a subject is blamed for. */
  readonly passes: (seen: Counts) => boolean
  /** Observations of a subject without which a look says nothing: fewer could not have shown the evidence. */
  readonly leastSeen: number
}

/** A dimension: one row, and the rest of Peerwatch knows it. */
export type DimensionRow = ShownDimension | EvictableRow

/** The dimensions of a network, in the order of their numbers. All of its nodes must have the same. */
export interface DimensionTable {
  readonly rows: readonly DimensionRow[]
  readonly names: readonly Dimension[]
  readonly evictable: readonly EvictableDimension[]
  /** Windows beyond which nothing that was seen is part of any evidence: the longest `withinWindows` of all rows. */
  readonly evidenceWindows: number
  /** Throws RangeError for a name that is in no row; `has` asks first. */
  readonly row: (name: Dimension) => DimensionRow
  /** Throws RangeError for a name that is in no evictable row. */
  readonly evictableRow: (name: EvictableDimension) => EvictableRow
  readonly has: (name: string) => boolean
  /** The dimension with this number on the wire; undefined for one that this version does not know. */
  readonly find: (number: number) => Dimension | undefined
  /** The same, and undefined also for a dimension in which nobody is evicted. */
  readonly findEvictable: (number: number) => EvictableDimension | undefined
}

/** Rows that a table may have: a report has room for no more. */
export const DIMENSIONS_MOST = 8

const NUMBER_MOST = 2 ** 32 - 1
const RESERVED_NUMBER = 5

/** Throws RangeError for two rows of one name or number, and for what is outside its range. */
export function dimensionTable(unordered: readonly DimensionRow[]): DimensionTable {
  const rows = unordered.toSorted((a, b) => a.number - b.number)
  if (rows.length > DIMENSIONS_MOST) throw new RangeError(`dimensions: expected at most ${DIMENSIONS_MOST}, found ${rows.length}`)
  for (const row of rows) checkRow(row)
  const byName = new Map(rows.map(row => [row.name, row]))
  const byNumber = new Map(rows.map(row => [row.number, row]))
  if (byName.size !== rows.length || byNumber.size !== rows.length) throw new RangeError('dimensions: two rows have one name or one number')
  const row = (name: Dimension): DimensionRow => {
    const found = byName.get(name)
    if (found == null) throw new RangeError(`dimension: expected one of ${[...byName.keys()].join(', ')}, found ${name}`)
    return found
  }
  return Object.freeze({
    rows,
    names: rows.map(({ name }) => name),
    evictable: rows.flatMap(({ name, evictable }) => (evictable ? [name] : [])),
    evidenceWindows: Math.max(1, ...rows.map(each => (each.evictable ? each.evidence.withinWindows : 1))),
    row,
    evictableRow: (name: EvictableDimension) => {
      const found = row(name)
      if (!found.evictable) throw new RangeError(`dimension: expected one in which a peer can be evicted, found ${name}`)
      return found
    },
    has: (name: string) => byName.has(name),
    find: (number: number) => byNumber.get(number)?.name,
    findEvictable: (number: number) => {
      const found = byNumber.get(number)
      return found?.evictable === true ? found.name : undefined
    }
  })
}

function checkRow(row: DimensionRow): void {
  const refuse = (field: string, expected: string, found: string | number): never => {
    throw new RangeError(`dimension ${row.name}: ${field}: expected ${expected}, found ${found}`)
  }
  if (!/^[a-z][a-z-]*$/.test(row.name)) refuse('name', 'lower-case letters', row.name)
  if (!Number.isInteger(row.number) || row.number < 1 || row.number > NUMBER_MOST) refuse('number', `a whole number from 1 to ${NUMBER_MOST}`, row.number)
  if (row.number === RESERVED_NUMBER) refuse('number', 'another', row.number)
  if (!(row.theta > 0 && row.theta < 1)) refuse('theta', 'a number between 0 and 1', row.theta)
  if (!row.evictable) return
  for (const [field, value] of Object.entries({ ...row.evidence, leastSeen: row.leastSeen })) if (!(value > 0)) refuse(field, 'a number above 0', value)
}
