import { ACCEPTED_PAST_WINDOWS, EPOCH_PARTS, epochOf, placesOfPart, windowAt } from '@peerwatch/model'
import type { EpochPart, PeerIdString, RecordStore, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Checkpoint, Checkpoints } from './checkpoint.ts'

const LAST_EPOCH = 0xffff_ffff

type Reinstated = Pick<Core, 'windows' | 'certificates'>

/** The oldest epoch whose records still count. */
export function oldestCounting({ windows, network }: Pick<Core, 'windows' | 'network'>): number {
  return epochOf(Math.max(0, windows.now().window - ACCEPTED_PAST_WINDOWS), network.roster.preset.epochWindows)
}

/** What was said of a peer up to this window does not count, since it was reinstated then. */
export function forgivenThrough({ windows, certificates }: Reinstated, peer: PeerIdString): WindowNumber {
  const { reinstatedAtMs } = certificates.history(peer)
  return reinstatedAtMs == null ? -Infinity : windowAt(reinstatedAtMs, windows.windowMs)
}

/** What the stored records of one epoch come to: from the checkpoint of each part of it, or from its records where there is none. Both say the same. */
export async function* epochCheckpoints(
  core: Pick<Core, 'network'> & Reinstated,
  store: Pick<RecordStore, 'read' | 'checkpoints'>,
  { form, of, read }: Checkpoints,
  epoch: number
): AsyncGenerator<Checkpoint> {
  const { epochWindows } = core.network.roster.preset
  const records = async (first: EpochPart, last: EpochPart): Promise<Checkpoint> => {
    const found = store.read({ fromEpoch: epoch, toEpoch: epoch, ...placesOfPart(first, last) })
    return of(found, ({ subject, window }) => window > forgivenThrough(core, subject))
  }
  let next: EpochPart = 0
  for await (const { part, bytes } of store.checkpoints(epoch, form)) {
    const checkpoint = read(bytes)
    // its sums have what was said before a reinstatement
    if (checkpoint.accounts.some(({ subject }) => forgivenThrough(core, subject) >= epoch * epochWindows)) continue
    if (part > next) yield await records(next, part - 1)
    yield checkpoint
    next = part + 1
  }
  if (next < EPOCH_PARTS) yield await records(next, EPOCH_PARTS - 1)
}

/**
 * Tells what the stored records come to, epoch by epoch. What is older than any report that is still accepted is by far the most, and counts for nobody.
 */
export async function recall(
  core: Pick<Core, 'network'> & Reinstated,
  store: Pick<RecordStore, 'read' | 'checkpoints'>,
  making: Checkpoints,
  tell: (checkpoint: Checkpoint) => void
): Promise<void> {
  const lastEpoch = epochOf(core.windows.now().window, core.network.roster.preset.epochWindows)
  for (let epoch = oldestCounting(core); epoch <= lastEpoch; epoch++) {
    for await (const checkpoint of epochCheckpoints(core, store, making, epoch)) tell(checkpoint)
  }
  // of nodes whose clocks are ahead of this one
  tell(await making.of(store.read({ fromEpoch: lastEpoch + 1, toEpoch: LAST_EPOCH })))
}
