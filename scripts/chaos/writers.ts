import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { attacker } from '@peerwatch/attacks/trial'
import { createSigner, frames, peerIdBytes } from '@peerwatch/link'
import { windowAt } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { ANSWER_STATUS, answerWord, LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { createLibp2p } from 'libp2p'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import type { Frames, Network, Signer } from '@peerwatch/link'
import type { PeerIdString, Rng } from '@peerwatch/model'
import type { Slot } from './compare.ts'

export interface WritersInit {
  readonly network: Network
  readonly seedKey: PrivateKey
  /** Where a seed is reached. */
  readonly seedAddress: string
  /** Where trusted nodes are reached now. */
  readonly entries: () => readonly string[]
  readonly rng: Rng
}

export interface Writers {
  readonly subjects: readonly PeerIdString[]
  readonly acknowledged: () => readonly Slot[]
  /** How often each answer came that refuses a report for good. */
  readonly refused: () => Readonly<Record<string, number>>
  readonly stop: () => Promise<void>
}

const REPORTERS = 6
const SUBJECTS = 16
/** Windows whose reports may wait: a machine that is too slow for all sends fewer. */
const WAITING_WINDOWS = 5
const TURN_MS = 250
const REGISTERED_EVERY_MS = 20_000
const ANSWER_WITHIN_MS = { least: 4_000, most: 32_000 }
const RETRY_MS = 500

/** Reporters that keep each report until an entry has acknowledged it, and go to another entry where one fails; and those whom they report. */
export async function writers(init: WritersInit): Promise<Writers> {
  const { network, rng } = init
  const hosts = await Promise.all(Array.from({ length: SUBJECTS }, async () => attacker(network)))
  const register = async (): Promise<void> => {
    await Promise.allSettled(hosts.map(async host => host.register({ addresses: () => [init.seedAddress] }, host.libp2p.getMultiaddrs().map(String))))
  }
  await Promise.all(hosts.map(async host => host.register({ addresses: () => [init.seedAddress] }, host.libp2p.getMultiaddrs().map(String))))
  const registering = setInterval(() => void register(), REGISTERED_EVERY_MS)
  const acknowledged: Slot[] = []
  const refused: Record<string, number> = {}
  const subjects = hosts.map(({ peer }) => peer)
  const reporters = await Promise.all(
    Array.from({ length: REPORTERS }, async () => {
      const key = await generateKeyPair('Ed25519')
      return reporter({ ...init, key, subjects, rng, onStored: slot => acknowledged.push(slot), onRefused: word => (refused[word] = (refused[word] ?? 0) + 1) })
    })
  )
  return {
    subjects,
    acknowledged: () => acknowledged,
    refused: () => refused,
    stop: async () => {
      clearInterval(registering)
      await Promise.all(reporters.map(async each => each.stop()))
      await Promise.all(hosts.map(async host => host.stop()))
    }
  }
}

interface ReporterInit extends WritersInit {
  readonly key: PrivateKey
  readonly subjects: readonly PeerIdString[]
  readonly onStored: (slot: Slot) => void
  readonly onRefused: (word: string) => void
}

interface Kept {
  readonly slot: Slot
  readonly encoded: Uint8Array
}

async function reporter({ network, seedKey, key, subjects, entries, rng, onStored, onRefused }: ReporterInit): Promise<{ readonly stop: () => Promise<void> }> {
  const signer = createSigner(key, network.id)
  const { windowMs } = network.roster.preset
  const host = await bareHost(key)
  let lastWindow = windowAt(Date.now(), windowMs)
  const stamp = await stampOf(createSigner(seedKey, network.id), signer.peer, lastWindow)
  /** What no entry has answered for yet, by its number. */
  const kept = new Map<number, Kept>()
  let last = 0
  const over = new AbortController()
  let patienceMs = ANSWER_WITHIN_MS.least

  const observe = async (): Promise<void> => {
    const window = windowAt(Date.now(), windowMs) - 1
    if (window <= lastWindow || kept.size > WAITING_WINDOWS * subjects.length) return
    lastWindow = window
    for (const subject of subjects) {
      const report = messages.report.encode({ subject: peerIdBytes(subject), window, observations: [{ dimension: 2, ok: 18, bad: 0 }], cuts: [], stamp })
      kept.set(++last, { slot: { author: signer.peer, subject, window }, encoded: await signer.sign('report', report) })
    }
  }
  const answered = (number: number, status: number, code: number): void => {
    const report = kept.get(number)
    if (report == null || status === ANSWER_STATUS.retry) return
    kept.delete(number)
    if (status === ANSWER_STATUS.stored) onStored(report.slot)
    else onRefused(answerWord(code))
  }
  /** At one entry, until it fails, has no answer in time, or asks to try again. */
  const deliver = async (address: string): Promise<void> => {
    const stream = await host.dialProtocol(multiaddr(address), PROTOCOLS.report, { signal: AbortSignal.timeout(patienceMs) })
    const waiting = new Set<number>()
    let credits = 0
    let heardMs = performance.now()
    const away = new AbortController()
    const framed: Frames = frames(stream, {
      clock: systemClock,
      maxFrameBytes: messages.reportDown.maxBytes,
      onFrame: bytes => {
        const down = messages.reportDown.decode(bytes)
        heardMs = performance.now()
        credits += down.credits
        if (down.answers.length > 0) patienceMs = ANSWER_WITHIN_MS.least
        for (const { number, status, code } of down.answers) {
          waiting.delete(number)
          answered(number, status, code)
          if (status === ANSWER_STATUS.retry) away.abort()
        }
      },
      onEnd: () => {
        away.abort()
      }
    })
    while (!away.signal.aborted && !over.signal.aborted) {
      await observe()
      const next = [...kept].filter(([number]) => !waiting.has(number)).slice(0, Math.min(credits, LIMITS.batch))
      if (next.length > 0) {
        credits -= next.length
        for (const [number] of next) waiting.add(number)
        framed.send(
          messages.reportUp.encode({ reports: next.map(([number, { encoded }]) => ({ number, report: encoded })), pullRoster: false, pullCertificates: false })
        )
      } else await pause(TURN_MS)
      if (waiting.size > 0 && performance.now() - heardMs > patienceMs) {
        patienceMs = Math.min(2 * patienceMs, ANSWER_WITHIN_MS.most)
        break
      }
      if (waiting.size === 0) heardMs = performance.now()
    }
    if (framed.isOpen()) stream.abort(new Error('to another entry'))
  }
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const known = entries()
      const entry = known[Math.floor(rng() * known.length)]
      await observe()
      if (entry != null) await deliver(entry).catch(() => {})
      if (!over.signal.aborted) await pause(RETRY_MS)
    }
  }
  const running = run()
  return {
    stop: async () => {
      over.abort()
      await running
      await host.stop()
    }
  }
}

async function bareHost(privateKey: PrivateKey): Promise<Libp2p> {
  return createLibp2p({
    privateKey,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify() }
  })
}

async function stampOf(seed: Signer, peer: PeerIdString, firstWindow: number): Promise<Uint8Array> {
  return seed.sign('stamp', messages.stamp.encode({ peer: peerIdBytes(peer), group: peer, firstWindow }))
}

async function pause(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms)
  })
}
