import { systemClock } from '@peerwatch/model/system-clock'
import { frames } from '../../../packages/link/src/frames.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { HostileHost } from '../../support/hostile-host.ts'

/** What a stream gets in place of anything honest: bytes, as they are. */
export interface Lie {
  readonly what: string
  readonly bytes: (asker: Connection) => Uint8Array | Promise<Uint8Array>
}

export interface Lying {
  /** One for each of the next streams; after them it is honest. */
  readonly lies: readonly Lie[]
  /** `at once`, or when it was asked something. */
  readonly when: 'at once' | 'asked'
  readonly honest: (stream: Stream, connection: Connection) => void
}

/** With its length in front, of up to 16 KiB. */
export function framed(message: Uint8Array): Uint8Array {
  const { byteLength: length } = message
  return Buffer.concat([length < 128 ? Uint8Array.of(length) : Uint8Array.of((length & 127) | 128, length >> 7), message])
}

/** Makes hosts lie on this protocol, one lie for each stream to any of them; returns those that ended their stream. */
export async function lie(hosts: readonly HostileHost[], protocol: string, { lies, when, honest }: Lying): Promise<readonly string[]> {
  const left = [...lies]
  const caught: string[] = []
  const serve = (stream: Stream, connection: Connection): void => {
    const next = left.shift()
    if (next == null) {
      honest(stream, connection)
      return
    }
    stream.addEventListener('close', () => {
      caught.push(next.what)
    })
    let isSaid = false
    const say = (): void => {
      if (isSaid) return
      isSaid = true
      Promise.resolve(next.bytes(connection)).then(
        bytes => stream.send(bytes),
        (error: unknown) => {
          stream.abort(error instanceof Error ? error : new Error('no lie'))
        }
      )
    }
    stream.addEventListener('message', say)
    if (when === 'at once') say()
  }
  await Promise.all(hosts.map(async ({ libp2p }) => libp2p.handle(protocol, serve, { force: true })))
  return caught
}

/** Answers each message on a stream. */
export function answering(stream: Stream, answer: (message: Uint8Array) => Promise<Uint8Array | undefined>): (message: Uint8Array) => void {
  const { send } = frames(stream, {
    clock: systemClock,
    maxFrameBytes: 512 * 1024,
    onFrame: async message => {
      const answered = await answer(message)
      if (answered != null) send(answered)
    },
    onEnd: () => {}
  })
  return send
}
