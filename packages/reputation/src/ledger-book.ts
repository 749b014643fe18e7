import { BoundedMap } from '@peerwatch/model'
import { credibility, plusChecks, uncheckedReporter } from './credibility.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Checks, Credibility, CredibilityOptions } from './credibility.ts'

/** What one trusted node has of one reporter in one epoch. */
export interface LedgerEntry extends Checks {
  readonly reporter: PeerIdString
  /** The trusted node that signed it. */
  readonly by: PeerIdString
  readonly epoch: number
  /**
   * The id of its record. If one node signed two entries for one epoch, the one with the larger id counts, in whatever order they come; the store keeps
   * the same one.
   */
  readonly id: string
}

const REPORTERS_MOST = 100_000
/** The most entries of one reporter. Those of the newest epochs stay. */
const ENTRIES_MOST = 512

/** The entries of the last epochs, by reporter. */
export class LedgerBook {
  readonly #byReporter = new BoundedMap<PeerIdString, Map<string, LedgerEntry>>(REPORTERS_MOST)
  readonly #options: CredibilityOptions & { readonly ledgerEpochs: number }

  constructor(options: CredibilityOptions & { readonly ledgerEpochs: number }) {
    this.#options = options
  }

  add(entry: LedgerEntry): void {
    const { reporter, by, epoch, id } = entry
    const entries = this.#byReporter.get(reporter) ?? new Map<string, LedgerEntry>()
    const key = `${epoch} ${by}`
    const known = entries.get(key)
    if (known == null || id > known.id) entries.set(key, entry)
    const newest = Math.max(...[...entries.values()].map(each => each.epoch))
    for (const [name, each] of entries) if (each.epoch <= newest - 2 * this.#options.ledgerEpochs) entries.delete(name)
    if (entries.size > ENTRIES_MOST) entries.delete([...entries].reduce((a, b) => (b[1].epoch < a[1].epoch ? b : a))[0])
    this.#byReporter.set(reporter, entries)
  }

  forget(reporter: PeerIdString): void {
    this.#byReporter.delete(reporter)
  }

  /** By the entries of this epoch and the epochs before it, as far back as they count. */
  credibility(reporter: PeerIdString, epoch: number, witnesses: number): Credibility {
    const byNode = new Map<PeerIdString, Checks>()
    for (const entry of this.#byReporter.get(reporter)?.values() ?? []) {
      if (entry.epoch > epoch || entry.epoch <= epoch - this.#options.ledgerEpochs) continue
      byNode.set(entry.by, plusChecks(byNode.get(entry.by), entry))
    }
    return byNode.size === 0 ? uncheckedReporter(this.#options) : credibility([...byNode.values()], witnesses, this.#options)
  }
}
