import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { integrity, liveness, resource } from '@peerwatch/detection'
import { systemClock } from '@peerwatch/model/system-clock'
import { createSigner } from '../../packages/link/src/signatures.ts'
import { parseNetwork } from '../../packages/link/src/network.ts'
import { answerWord, LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { createLibp2p } from 'libp2p'
import { frames } from '../../packages/link/src/frames.ts'
import { peerIdBytes } from '../../packages/link/src/peer-ids.ts'
import { keyFrom, keyPairs } from '../network-keys.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Network, NetworkFile } from '../../packages/link/src/network.ts'

export interface ReportersInit {
  readonly file: NetworkFile
  /** Signs the stamps. */
  readonly seedKey: Uint8Array
  readonly count: number
  readonly subjects: readonly PeerIdString[]
  readonly firstWindow: WindowNumber
  readonly windows: number
  /** Subjects of one reporter: each has the next ones, and after the last the first. Default: all of them. */
  readonly degree?: number
}

/** A report as it travels, and who signed it: what a reference needs to do the same work. */
export interface SignedReports {
  readonly reporter: PeerIdString
  readonly encoded: readonly Uint8Array[]
}

const CONNECTED_AT_ONCE = 8
/** What finds too few copies, as while a start moves, is sent again, as a peer does. */
const AGAIN_AFTER_MS = 100

interface Sender {
  readonly key: PrivateKey
  readonly reporter: PeerIdString
  readonly encoded: Uint8Array[]
  /** Signs what it says of the next window. */
  readonly sign: () => Promise<void>
}

let senders: Sender[] = []
const streams = new Map<PeerIdString, ReturnType<typeof reportStream>>()

async function signAll(init: ReportersInit, network: Network, key: PrivateKey, index: number): Promise<Sender> {
  const { seedKey, firstWindow, windows, degree = init.subjects.length } = init
  const subjects = Array.from({ length: degree }, (_, at) => init.subjects[(index * degree + at) % init.subjects.length]!)
  const signer = createSigner(key, network.id)
  const stamp = await createSigner(keyFrom(seedKey), network.id).sign(
    'stamp',
    messages.stamp.encode({ peer: peerIdBytes(signer.peer), group: signer.peer, firstWindow })
  )
  const encoded: Uint8Array[] = []
  let window = firstWindow
  const sign = async (): Promise<void> => {
    for (const subject of subjects) {
      const observations = [liveness, integrity, resource].map(({ number: dimension }) => ({ dimension, ok: 20, bad: 0 }))
      encoded.push(await signer.sign('report', messages.report.encode({ subject: peerIdBytes(subject), window, observations, cuts: [], stamp })))
    }
    window++
  }
  for (let signed = 0; signed < windows; signed++) await sign()
  return { key, reporter: signer.peer, encoded, sign }
}

/** Sends within the entry's credits until all reports have their place, and counts the answers. */
async function reportStream(sender: Sender, address: string) {
  const host = await createLibp2p({
    privateKey: sender.key,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() }
  })
  const stream = await host.dialProtocol(multiaddr(address), PROTOCOLS.report)
  let credits = 0
  let waiting: number[] = []
  let next = 0
  let left = 0
  let answers: Record<string, number> = {}
  let finish: (() => void) | undefined
  const pump = (): void => {
    while (credits > 0 && waiting.length > 0) {
      const numbers = waiting.splice(0, Math.min(LIMITS.batch, credits))
      const reports = numbers.map(number => ({ number, report: sender.encoded[number]! }))
      framed.send(messages.reportUp.encode({ reports, pullRoster: false, pullCertificates: false }))
      credits -= numbers.length
    }
  }
  const sendAgain = (number: number): void => {
    systemClock.after(AGAIN_AFTER_MS, () => {
      waiting.push(number)
      pump()
    })
  }
  const framed = frames(stream, {
    clock: systemClock,
    maxFrameBytes: messages.reportDown.maxBytes,
    onFrame: bytes => {
      const down = messages.reportDown.decode(bytes)
      credits += down.credits
      for (const { number, code } of down.answers) {
        const word = answerWord(code)
        answers[word] = (answers[word] ?? 0) + 1
        if (word === 'no-copies') sendAgain(number)
        else left--
      }
      pump()
      if (left === 0) finish?.()
    },
    onEnd: fault => {
      process.stderr.write(`report stream ended: ${fault ?? 'closed'}\n`)
    }
  })
  return async (count: number): Promise<Record<string, number>> => {
    answers = {}
    left = Math.min(count, sender.encoded.length - next)
    waiting = Array.from({ length: left }, (_, index) => next + index)
    next += left
    await new Promise<void>(resolve => {
      finish = resolve
      pump()
    })
    return answers
  }
}

export const reporters = {
  /** Signs beforehand, so that only the tier works while it is measured. */
  prepareReporters: async (init: ReportersInit): Promise<void> => {
    const network = await parseNetwork(init.file)
    senders = await Promise.all((await keyPairs(init.count)).map(async (key, index) => signAll(init, network, key, index)))
  },
  /** Of the windows after the last. */
  signMore: async ({ windows }: { windows: number }): Promise<void> => {
    for (let signed = 0; signed < windows; signed++) await Promise.all(senders.map(async ({ sign }) => sign()))
  },
  signedReports: (): SignedReports[] => senders.map(({ reporter, encoded }) => ({ reporter, encoded })),
  /** Opens the streams, reporters taking the entries by turns. */
  connectReporters: async ({ entries }: { entries: readonly string[] }): Promise<void> => {
    for (const [index, sender] of senders.entries()) {
      streams.set(sender.reporter, reportStream(sender, entries[index % entries.length]!))
      // more handshakes at once would only wait for each other
      if (index % CONNECTED_AT_ONCE === CONNECTED_AT_ONCE - 1) await Promise.all(streams.values())
    }
    await Promise.all(streams.values())
  },
  /** Every reporter sends its next `each` reports; resolves once each has an answer that is no `no-copies`. */
  sendReports: async ({ each }: { each: number }): Promise<{ elapsedMs: number; answers: Record<string, number> }> => {
    const sends = await Promise.all(streams.values())
    const startedMs = performance.now()
    const all = await Promise.all(sends.map(async send => send(each)))
    const elapsedMs = performance.now() - startedMs
    const answers: Record<string, number> = {}
    for (const some of all) for (const [word, count] of Object.entries(some)) answers[word] = (answers[word] ?? 0) + count
    return { elapsedMs, answers }
  }
}
