import { messages, PROTOCOLS } from '@peerwatch/wire'
import { shuffled } from '@peerwatch/model'
import { backOff, caller, reachStream, toPeerId } from '@peerwatch/link'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Core, RegistryView } from '@peerwatch/link'

export interface AskedPepperInit {
  readonly registry: Pick<RegistryView, 'find'>
  /** Resolves when it is on disk. */
  readonly keep: (pepper: Uint8Array) => Promise<void>
}

/** The pepper of a node that came without one: the pepper that more than half of the other trusted nodes name. */
export interface AskedPepper {
  /** Asks until it has a pepper, keeps it, and then calls `taken` once. */
  readonly start: (taken: (pepper: Uint8Array) => void) => void
  readonly stop: () => void
}

const PEPPER_BYTES = 32
const ASK_MS = 5_000
const PAUSES = { leastMs: 500, mostMs: 10_000 }

export function askedPepper(core: Core, { registry, keep }: AskedPepperInit): AskedPepper {
  const { roster, self } = core
  const pauses = backOff(core, PAUSES)
  let callOff: CallOff | undefined
  let isStopped = true
  let hasTold = false

  const askOne = async (node: PeerIdString): Promise<string> => {
    if (core.components.connectionManager.getConnections(toPeerId(node)).length === 0) await registry.find([node]).catch(() => [])
    const stream = await reachStream(core, node, PROTOCOLS.tree, { timeoutMs: ASK_MS })
    const { call, close } = caller<TreeRequest, TreeResponse>(stream, {
      clock: core.health,
      request: messages.treeRequest,
      response: messages.treeResponse,
      mostUnderWay: 1,
      timeoutMs: ASK_MS,
      onEnd: () => {}
    })
    try {
      const { pepper, reason } = await call({ pepper: true })
      if (pepper.byteLength === PEPPER_BYTES) return Buffer.from(pepper).toString('hex')
      throw new Error(`no pepper: ${reason}`)
    } finally {
      await close()
    }
  }
  /** Which pepper each node names, and how many nodes wait for a pepper themselves. */
  const askAll = async (others: readonly PeerIdString[]): Promise<{ readonly said: Map<string, PeerIdString[]>; readonly waiting: number }> => {
    const said = new Map<string, PeerIdString[]>()
    let waiting = 0
    await Promise.all(
      shuffled(others, core.rng).map(async node => {
        try {
          const pepper = await askOne(node)
          said.set(pepper, [...(said.get(pepper) ?? []), node])
        } catch (error) {
          // it runs, and its tier does not
          if (error instanceof Error && error.name === 'UnsupportedProtocolError') waiting++
          core.log('%s gives no pepper: %e', node, error)
        }
      })
    )
    return { said, waiting }
  }
  const differ = (said: ReadonlyMap<string, readonly PeerIdString[]>): void => {
    if (said.size < 2 || hasTold) return
    hasTold = true
    const camps = [...said.values()].map(nodes => nodes.join(' and ')).join(' against ')
    const message = `trusted nodes say different peppers: ${camps}; this node takes the one of more than half of the others, or none`
    core.emit('alarm', { code: 'two-peppers', message })
  }
  const ask = async (): Promise<Uint8Array | undefined> => {
    const others = roster.current().trusted.filter(node => node !== self)
    const { said, waiting } = await askAll(others)
    differ(said)
    const [pepper] = [...said].find(([, nodes]) => nodes.length * 2 > others.length - waiting) ?? []
    return pepper == null ? undefined : Buffer.from(pepper, 'hex')
  }
  const run = async (taken: (pepper: Uint8Array) => void): Promise<boolean> => {
    const pepper = await ask()
    if (pepper == null || isStopped) return false
    await keep(pepper)
    taken(pepper)
    return true
  }
  const begin = async (taken: (pepper: Uint8Array) => void): Promise<void> => {
    try {
      if (await run(taken)) return
    } catch (error) {
      core.log.error('the pepper could not be kept: %e', error)
    }
    if (!isStopped) callOff = core.clock.after(pauses.pauseMs(), () => void begin(taken))
  }
  return {
    start: taken => {
      isStopped = false
      void begin(taken)
    },
    stop: () => {
      isStopped = true
      callOff?.()
    }
  }
}
