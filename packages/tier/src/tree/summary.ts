import { OBSERVATIONS_MOST, placeOf } from '@peerwatch/model'
import { LIMITS, WireError } from '@peerwatch/wire'
import { peerIdBytes, peerIdFromBytes } from '@peerwatch/link'
import { resolveOptions } from '@peerwatch/reputation'
import type { Counts, Dimension, PeerIdString, StoredSummary, WindowNumber } from '@peerwatch/model'
import type { Evidence, KeptAccount } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { Placement } from './placement.ts'

/** What a reporter's reports about a subject in one epoch come to, with its names on disk. */
export interface Summary {
  readonly account: KeptAccount
  readonly stored: StoredSummary
}

/** Two nodes make the same bytes of the same reports. */
export interface SummaryForm {
  readonly made: (account: KeptAccount, epoch: number) => Summary
  /** Throws WireError for what `made` does not make. */
  readonly read: (bytes: Uint8Array) => Summary
}

type CountsRow = readonly [dimension: number, ok: number, bad: number]
/** The window, counted from the first of the epoch. It stands alone where the reporter said two things. */
type WindowRow = readonly [at: number] | readonly [at: number, counts: readonly CountsRow[], cuts: readonly number[]]
type SumRow = readonly [dimension: number, ok: number, bad: number, at: number]
type Text = readonly [epoch: number, subject: string, reporter: string, group: string, sums: readonly SumRow[], windows: readonly WindowRow[]]

export function summaryForm({ network, dimensions }: Pick<Core, 'network' | 'dimensions'>, placement: Pick<Placement, 'pseudonym'>): SummaryForm {
  const { preset } = network.roster
  const { epochWindows } = preset
  const { keptWindows } = resolveOptions(preset, { dimensions })
  const { names } = dimensions

  const summary = (account: KeptAccount, epoch: number, bytes: Uint8Array): Summary => {
    const subject = placement.pseudonym(account.subject)
    return { account, stored: { epoch, place: placeOf(subject), subject, author: placement.pseudonym(account.reporter), bytes } }
  }
  const numberOf = (name: Dimension): number => dimensions.row(name).number
  const countsOf = (counts: Readonly<Record<Dimension, Counts>>): CountsRow[] =>
    names.flatMap(name => {
      const seen = counts[name]
      return seen == null ? [] : [[numberOf(name), seen.ok, seen.bad] as const]
    })
  const amount = (value: unknown): number => {
    // of all windows of an epoch
    if (typeof value === 'number' && value >= 0 && value <= OBSERVATIONS_MOST * epochWindows) return value
    throw new WireError('malformed', `a sum of ${String(value)} in a summary`)
  }
  const nameOf = (number: number): Dimension => {
    const name = dimensions.find(number)
    if (name != null) return name
    throw new WireError('malformed', `dimension ${number} in a summary`)
  }
  const windowRead = (row: WindowRow): KeptAccount['windows'][number][1] => {
    const [, counts, cuts] = row
    if (counts == null || cuts == null) return 'conflict'
    const read: Record<Dimension, Counts> = {}
    for (const [number, ok, bad] of counts) {
      read[nameOf(number)] = { ok: whole(ok, OBSERVATIONS_MOST), bad: whole(bad, OBSERVATIONS_MOST - ok) }
    }
    return { counts: read, cuts: cuts.map(nameOf) }
  }
  const accountOf = ([epoch, subject, reporter, group, sums, windows]: Text): KeptAccount => {
    const first = whole(epoch, 0xffff_ffff) * epochWindows
    const at = (offset: unknown): WindowNumber => first + whole(offset, epochWindows - 1)
    const rows = windows.map(row => [at(row[0]), windowRead(row)] as const)
    const newestWindow = rows.at(-1)?.[0]
    const isInOrder = rows.every(([window], index) => index === 0 || window > rows[index - 1]![0])
    if (newestWindow == null || rows.length > keptWindows || !isInOrder || typeof group !== 'string') throw new WireError('malformed', 'windows of a summary')
    const folded: Record<Dimension, Evidence> = {}
    for (const [number, ok, bad, offset] of sums) folded[nameOf(number)] = { ok: amount(ok), bad: amount(bad), updatedWindow: at(offset) }
    const account = { subject: peer(subject), reporter: peer(reporter), group, newestWindow, folded, windows: rows }
    if (account.subject === account.reporter) throw new WireError('malformed', 'a summary of what a peer says of itself')
    return account
  }
  return {
    made: (account, epoch) => {
      const first = epoch * epochWindows
      const windows = account.windows.toSorted(([a], [b]) => a - b)
      const text: Text = [
        epoch,
        Buffer.from(peerIdBytes(account.subject)).toString('base64'),
        Buffer.from(peerIdBytes(account.reporter)).toString('base64'),
        account.group,
        names.flatMap(name => {
          const sum = account.folded[name]
          return sum == null ? [] : [[numberOf(name), sum.ok, sum.bad, sum.updatedWindow - first] as const]
        }),
        windows.map(([window, kept]): WindowRow => {
          if (kept === 'conflict') return [window - first]
          return [window - first, countsOf(kept.counts), kept.cuts.map(numberOf)]
        })
      ]
      return summary(account, epoch, new TextEncoder().encode(JSON.stringify(text)))
    },
    read: bytes => {
      if (bytes.byteLength > LIMITS.summaryBytes) throw new WireError('too-long', `a summary of ${bytes.byteLength} bytes`)
      try {
        const text = JSON.parse(new TextDecoder().decode(bytes)) as Text
        return summary(accountOf(text), text[0], bytes)
      } catch (error) {
        throw error instanceof WireError ? error : new WireError('malformed', 'a summary', { cause: error })
      }
    }
  }
}

function whole(value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new WireError('malformed', `${String(value)} in a summary`)
}

function peer(text: unknown): PeerIdString {
  return peerIdFromBytes(Buffer.from(String(text), 'base64'))
}
