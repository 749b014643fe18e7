import { APPEAL_STATUS, messages, PROTOCOLS } from '@peerwatch/wire'
import { orAborted, shuffled, within } from '@peerwatch/model'
import { addressesOfSeed, caller, listenTo, peerIdText, reachStream, ServicesError, toPeerId } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { AppealRequest, AppealResponse } from '@peerwatch/wire'
import type { Core, Eviction, Part, RegistryView } from '@peerwatch/link'

/** A node knows this of its own eviction. */
export interface Appeal {
  /** Undefined: no seed that answered enforces one. */
  readonly eviction: Eviction | undefined
  /** Operators of so many trusted nodes can end it. */
  readonly quorum: number
  /** The trusted nodes whose operators can end it. */
  readonly trusted: readonly PeerIdString[]
}

export interface Appeals extends Part {
  /** Asks the seeds. Rejects with ServicesError `no-route` where none answers, and this node knows nothing by itself. */
  readonly ask: () => Promise<Appeal>
}

const ASK_MS = 5_000
/** A node that no seed takes asks again after so many windows. */
const AGAIN_WINDOWS = 10

/** Finds out whether this node is evicted: by a command, and by itself where no seed takes it. */
export function appeals(core: Core, { registry }: { readonly registry: Pick<RegistryView, 'state'> }): Appeals {
  const { certificates, roster, self } = core
  const unlisten: (() => void)[] = []
  let askedWindow = -Infinity
  let asking: Promise<Appeal> | undefined
  let told = 0

  const tell = (): void => {
    const eviction = certificates.evicted(self)
    if (eviction == null || eviction.serial === told) return
    told = eviction.serial
    const until = new Date(eviction.expiresAtMs).toISOString()
    const message = `this node is evicted until ${until} for ${eviction.dimension} (${eviction.reason}): no node of the network talks to it; \`peerwatch appeal\` says what to do`
    core.emit('alarm', { code: 'evicted', message })
  }
  const known = (): Appeal => {
    const eviction = certificates.evicted(self)
    return { eviction, quorum: roster.quorumFor(eviction?.issuedAtMs ?? core.windows.nowMs()), trusted: roster.current().trusted }
  }
  const askSeed = async (seed: PeerIdString, signal: AbortSignal): Promise<void> => {
    const addresses = addressesOfSeed(core.network, roster.current(), seed)
    const stream = await reachStream(core, seed, PROTOCOLS.appeal, { timeoutMs: ASK_MS, signal, ...(addresses.length > 0 && { addresses }) })
    const { call, close } = caller<AppealRequest, AppealResponse>(stream, {
      clock: core.health,
      request: messages.appealRequest,
      response: messages.appealResponse,
      mostUnderWay: 1,
      timeoutMs: ASK_MS,
      onEnd: fault => {
        if (fault != null && fault !== 'reset') core.emit('peer:fault', { peer: toPeerId(seed), protocol: PROTOCOLS.appeal, what: fault })
      }
    })
    try {
      const {
        status,
        certificate,
        roster: newer
      } = await orAborted(call({}), signal).catch((error: unknown) => {
        // a seed that stood still would find it beside the next question, and this node would be one that asks too much
        stream.abort(new Error('given up'))
        throw error
      })
      if (status === APPEAL_STATUS.tooFast) throw new ServicesError('busy', `${seed} was asked too often from here`)
      // a wrong roster or certificate is the seed's business: this node believes only what is signed
      if (newer.byteLength > 0) await roster.accept(newer).catch(() => {})
      if (status === APPEAL_STATUS.evicted) await certificates.accept(certificate)
    } finally {
      await close()
    }
  }
  const askAll = async (): Promise<Appeal> => {
    askedWindow = core.windows.now().window
    let last: unknown
    let answers = 0
    for (const seed of shuffled(roster.current().seeds, core.rng)) {
      if (seed === self) continue
      try {
        await within(core.health, 2 * ASK_MS, async signal => askSeed(seed, signal))
        answers++
        if (certificates.evicted(self) != null) break
      } catch (error) {
        core.log('seed %s did not say whether this node is evicted: %e', seed, error)
        last = error
      }
    }
    if (answers === 0 && certificates.evicted(self) == null) throw new ServicesError('no-route', 'no seed says whether this node is evicted', { cause: last })
    return known()
  }
  /** Whoever asks while a question is under way gets its answer. */
  const ask = async (): Promise<Appeal> =>
    (asking ??= askAll().finally(() => {
      asking = undefined
    }))
  const onEvicted = ({ detail: { peer } }: CustomEvent<{ peer: PeerId }>): void => {
    if (peerIdText(peer) === self) tell()
  }
  /** A seed that is there and does not take this node may have its reason. */
  const look = (): void => {
    const { state, failures } = registry.state()
    if (state !== 'alone' || !failures.some(({ code }) => code === 'refused' || code === 'closed')) return
    if (core.windows.now().window < askedWindow + AGAIN_WINDOWS || certificates.evicted(self) != null) return
    ask().catch(() => {})
  }
  return {
    ask,
    beforeStart: () => {
      unlisten.push(listenTo(core.events, { 'seed:failed': look, 'peer:evicted': onEvicted }), core.windows.onWindow(look))
    },
    start: tell,
    stop: () => {
      for (const end of unlisten.splice(0)) end()
    }
  }
}
