import { epochOf } from '@peerwatch/model'
import { resolveOptions } from '@peerwatch/reputation'
import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '@peerwatch/link'
import { credibilities, DEVIATION } from './credibilities.ts'
import { keepLedger } from './keep-ledger.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Checks, Credibility } from '@peerwatch/reputation'
import type { Core, Part } from '@peerwatch/link'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface LedgerInit {
  readonly tree: Pick<
    TrustTree,
    'held' | 'isActing' | 'isHolding' | 'isCaughtUp' | 'candidates' | 'outOfReach' | 'call' | 'read' | 'stamps' | 'onLedger' | 'onErased' | 'writeRecord'
  >
  /** The node's own watchers that have a link to it. */
  readonly watchers: () => readonly PeerIdString[]
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
}

/** What the trusted nodes keep about reporters. After each epoch they write what came of a reporter's reports to the reporter's own place. */
export interface Ledger extends Part {
  readonly credibilityOf: (reporter: PeerIdString) => Credibility
  /** By the ledgers that this node holds. */
  readonly credibilities: (reporters: readonly PeerIdString[]) => readonly Credibility[]
}

/** So many windows after an epoch ends, nearly all of its reports are there. */
const AFTER_WINDOWS = 3
const WRITES_AT_ONCE = 16

export function ledger(core: Core, { tree, watchers, isOwnWatcher }: LedgerInit): Ledger {
  const { preset } = core.roster.current()
  const options = resolveOptions(preset, { dimensions: core.dimensions })
  const { epochWindows } = preset
  const believed = credibilities(core, { tree, options })
  const ending = new AbortController()
  const unsubscribe: (() => void)[] = []
  /** Entries that are signed but not durable yet. The node tries again in each window, until the entries of the next epoch replace them. */
  const waiting = new Map<PeerIdString, Uint8Array>()
  let keptEpoch = -1
  let underWay: Promise<void> | undefined

  const writeAll = async (): Promise<void> => {
    const left = [...waiting]
    const writers = Array.from({ length: WRITES_AT_ONCE }, async () => {
      for (let next = left.pop(); next != null && !ending.signal.aborted; next = left.pop()) {
        const [reporter, signed] = next
        if ((await tree.writeRecord('ledger', signed)) !== 'retry') waiting.delete(reporter)
      }
    })
    await Promise.all(writers)
  }
  const keep = async (epoch: number): Promise<void> => {
    const kept = await keepLedger(epoch, { tree, watchers, isOwnWatcher, fetch: believed.fetch, credibilityOf: believed.of, options, signal: ending.signal })
    if (ending.signal.aborted) return
    waiting.clear()
    for (const [reporter, checks] of kept) waiting.set(reporter, await core.signer.sign('ledger', encoded(reporter, epoch, checks, epochWindows)))
    keptEpoch = epoch
  }
  const onWindow = (closed: number): void => {
    const epoch = epochOf(Math.max(0, closed - AFTER_WINDOWS), epochWindows) - 1
    if (underWay != null || !tree.isCaughtUp()) return
    underWay = believed
      .fetch()
      .then(async () => (epoch > keptEpoch && epoch >= 0 ? keep(epoch) : undefined))
      .then(writeAll)
      .catch((error: unknown) => {
        core.log.error('the ledger of epoch %d: %e', epoch, error)
      })
      .finally(() => {
        underWay = undefined
      })
  }
  return {
    credibilityOf: believed.of,
    credibilities: believed.held,
    start: () => {
      unsubscribe.push(tree.onLedger(believed.add), tree.onErased(believed.forget), core.windows.onWindow(onWindow))
    },
    stop: async () => {
      ending.abort()
      for (const end of unsubscribe.splice(0)) end()
      await underWay
    }
  }
}

function encoded(reporter: PeerIdString, epoch: number, { checked, agreed, contradicted, deviations }: Checks, epochWindows: number): Uint8Array {
  return messages.ledger.encode({
    reporter: peerIdBytes(reporter),
    window: (epoch + 1) * epochWindows - 1,
    checked,
    agreed,
    contradicted,
    deviations: Uint8Array.from(deviations, each => Math.round(each * DEVIATION))
  })
}
