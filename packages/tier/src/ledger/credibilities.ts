import { BoundedMap, epochOf } from '@peerwatch/model'
import { LedgerBook, uncheckedReporter } from '@peerwatch/reputation'
import { LIMITS } from '@peerwatch/wire'
import type { PeerIdString } from '@peerwatch/model'
import type { Credibility, ReputationOptions } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { LedgerRecord } from '../tree/tree-record.ts'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface CredibilitiesInit {
  readonly tree: Pick<TrustTree, 'isHolding' | 'candidates' | 'outOfReach' | 'call'>
  readonly options: ReputationOptions
}

/** How far each reporter is believed in this epoch. All nodes that hold its ledger say the same. */
export interface Credibilities {
  /** As far as this node knows it. If it does not, the next `fetch` asks for it. */
  readonly of: (reporter: PeerIdString) => Credibility
  /** By the ledgers that this node holds. */
  readonly held: (reporters: readonly PeerIdString[]) => Credibility[]
  readonly add: (record: LedgerRecord) => void
  readonly forget: (reporter: PeerIdString) => void
  /** Asks the holders of the ledgers about these reporters, and about all that `of` was asked for. Never rejects. */
  readonly fetch: (reporters?: Iterable<PeerIdString>) => Promise<void>
}

const REMEMBERED = 100_000
const WANTED_MOST = 20_000
/** A ledger counts after so many epochs. By then its writer has written it, wherever it is read. */
const SETTLED_EPOCHS = 2
/** The node asks so many holders of a ledger. So no single holder can silence a reporter, or vouch for one. */
const ASKED = 2

export function credibilities(core: Core, { tree, options }: CredibilitiesInit): Credibilities {
  const book = new LedgerBook(options)
  const known = new BoundedMap<PeerIdString, { readonly epoch: number; readonly is: Credibility }>(REMEMBERED)
  const wanted = new Set<PeerIdString>()
  const epochNow = (): number => epochOf(core.windows.now().window, core.network.roster.preset.epochWindows)
  const fromBook = (reporter: PeerIdString): Credibility => {
    return book.credibility(reporter, epochNow() - SETTLED_EPOCHS, Math.min(ASKED, core.roster.current().quorum))
  }
  const keep = (reporter: PeerIdString, is: Credibility): Credibility => {
    known.set(reporter, { epoch: epochNow(), is })
    return is
  }
  const of = (reporter: PeerIdString): Credibility => {
    const before = known.get(reporter)
    if (before?.epoch === epochNow()) return before.is
    if (tree.isHolding(reporter)) return keep(reporter, fromBook(reporter))
    if (wanted.size < WANTED_MOST) wanted.add(reporter)
    return before?.is ?? uncheckedReporter(options)
  }
  const ask = async (node: PeerIdString, reporters: readonly PeerIdString[]): Promise<(readonly [PeerIdString, Credibility])[]> => {
    try {
      const answers = await tree.call(node, 'credibilityOf', [...reporters])
      return answers.length === reporters.length ? reporters.map((reporter, index) => [reporter, answers[index]!] as const) : []
    } catch (error) {
      core.log('credibilities at %s: %s', node, error)
      return []
    }
  }
  return {
    of,
    held: reporters => reporters.map(fromBook),
    add: ({ author, subject, stored, entry: { checked, agreed, contradicted, deviations } }) => {
      const { epoch, id } = stored
      book.add({ reporter: subject, by: author, epoch, id, checked, agreed, contradicted, deviations: [...deviations].map(each => each / DEVIATION) })
    },
    forget: reporter => {
      book.forget(reporter)
      known.delete(reporter)
    },
    fetch: async (reporters = []) => {
      for (const reporter of reporters) of(reporter)
      const asked = [...wanted]
      wanted.clear()
      const byNode = new Map<PeerIdString, PeerIdString[]>()
      for (const reporter of asked) {
        const inReach = tree.candidates(reporter).filter(node => node !== core.self && !tree.outOfReach(node))
        for (const node of inReach.slice(0, ASKED)) byNode.set(node, [...(byNode.get(node) ?? []), reporter])
      }
      const questions = [...byNode].flatMap(([node, all]) => chunks(all, LIMITS.reporters).map(part => [node, part] as const))
      const answers = await Promise.all(questions.map(async ([node, part]) => ask(node, part)))
      const found = new Map<PeerIdString, Credibility>()
      for (const [reporter, is] of answers.flat()) found.set(reporter, kinder(found.get(reporter), is))
      for (const [reporter, is] of found) keep(reporter, is)
    }
  }
}

/** What a deviation of 1 is on the wire. */
export const DEVIATION = 255

/** Combines two answers that may differ, so that a single one neither silences a reporter nor vouches for one. */
function kinder(a: Credibility | undefined, b: Credibility): Credibility {
  if (a == null) return b
  return { weight: Math.max(a.weight, b.weight), voice: Math.max(a.voice, b.voice), isChecked: a.isChecked && b.isChecked }
}

function chunks<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, index) => all.slice(index * most, (index + 1) * most))
}
