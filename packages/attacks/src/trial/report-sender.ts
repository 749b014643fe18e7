import { frames } from '@peerwatch/link'
import { systemClock } from '@peerwatch/model/system-clock'
import { answerWord, messages } from '@peerwatch/wire'
import type { Stream } from '@libp2p/interface'

/** A raw client of the report protocol, without any manners of the real one. */
export interface ReportSender {
  readonly stream: Stream
  readonly isOpen: () => boolean
  /** Whether it could be sent. The other side may have ended the stream. */
  readonly sendFrame: (bytes: Uint8Array) => boolean
  /** Sends the reports. Resolves with the word of each answer, in the order of the reports; `ended` if the stream ended before the answer. */
  readonly send: (reports: readonly Uint8Array[]) => Promise<string[]>
}

const MOST_IN_A_FRAME = 64

/** Resolves with the hello of the entry, or once the entry has ended the stream. */
export async function reportSender(stream: Stream): Promise<ReportSender> {
  let isGreeted = false
  const words = new Map<number, string>()
  let waiting: { readonly isOver: () => boolean; readonly resolve: () => void }[] = []
  let last = 0
  let isOpen = true
  const look = (): void => {
    for (const { resolve } of waiting.filter(({ isOver }) => isOver())) resolve()
    waiting = waiting.filter(({ isOver }) => !isOver())
  }
  const until = async (isTrue: () => boolean): Promise<void> =>
    new Promise(resolve => {
      waiting.push({ isOver: () => !isOpen || isTrue(), resolve })
      look()
    })
  const framed = frames(stream, {
    clock: systemClock,
    maxFrameBytes: messages.reportDown.maxBytes,
    onFrame: bytes => {
      const down = messages.reportDown.decode(bytes)
      isGreeted = true
      for (const { number, code } of down.answers) words.set(number, answerWord(code))
      look()
    },
    onEnd: () => {
      isOpen = false
      look()
    }
  })
  await until(() => isGreeted)
  return {
    stream,
    isOpen: framed.isOpen,
    sendFrame: framed.send,
    send: async reports => {
      const numbered = reports.map(report => ({ number: ++last, report }))
      for (let at = 0; at < numbered.length; at += MOST_IN_A_FRAME) {
        framed.send(messages.reportUp.encode({ reports: numbered.slice(at, at + MOST_IN_A_FRAME) }))
      }
      await until(() => numbered.every(({ number }) => words.has(number)))
      return numbered.map(({ number }) => words.get(number) ?? 'ended')
    }
  }
}
