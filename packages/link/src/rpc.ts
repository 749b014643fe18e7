import { frames } from './frames.ts'
import { ServicesError } from './errors.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, Timers } from '@peerwatch/model'
import type { WireCodec } from '@peerwatch/wire'
import type { FrameFault, Frames } from './frames.ts'

export interface CallerInit<Req, Res> {
  readonly clock: Timers
  readonly request: WireCodec<Req>
  readonly response: WireCodec<Res>
  /** At most so many requests are under way; a further one rejects with `busy`. */
  readonly mostUnderWay: number
  readonly timeoutMs: number
  /** Called for responses with id 0. */
  readonly onPush?: (push: Res) => void
  readonly onEnd: (fault?: FrameFault) => void
}

export interface Caller<Req, Res> {
  /** Chooses the id. Rejects with ServicesError `busy`, `timeout` or `closed`. */
  readonly call: (request: Partial<Omit<Req, 'id'>>) => Promise<Res>
  readonly close: () => Promise<void>
  readonly isOpen: () => boolean
}

interface Waiting<Res> {
  readonly resolve: (response: Res) => void
  readonly reject: (error: Error) => void
  readonly callOff: CallOff
}

/** The asking side of a long-lived request stream. Many requests are under way at a time; answers carry their id and come in any order. */
export function caller<Req extends { id: number }, Res extends { id: number }>(stream: Stream, init: CallerInit<Req, Res>): Caller<Req, Res> {
  const waiting = new Map<number, Waiting<Res>>()
  let last = 0
  const finish = (id: number): Waiting<Res> | undefined => {
    const found = waiting.get(id)
    found?.callOff()
    waiting.delete(id)
    return found
  }
  const framed: Frames = frames(stream, {
    clock: init.clock,
    maxFrameBytes: init.response.maxBytes,
    onFrame: frame => {
      const response = init.response.decode(frame)
      if (response.id === 0) init.onPush?.(response)
      else finish(response.id)?.resolve(response)
    },
    onEnd: fault => {
      for (const id of waiting.keys()) finish(id)?.reject(new ServicesError('closed', 'the stream closed before the answer'))
      init.onEnd(fault)
    }
  })
  return {
    call: async request =>
      new Promise((resolve, reject) => {
        if (waiting.size >= init.mostUnderWay) {
          reject(new ServicesError('busy', `${waiting.size} requests under way`))
          return
        }
        last = (last % 0x7fffffff) + 1
        const id = last
        const callOff = init.clock.after(init.timeoutMs, () => {
          finish(id)?.reject(new ServicesError('timeout', `no answer within ${init.timeoutMs} ms`))
        })
        waiting.set(id, { resolve, reject, callOff })
        if (!framed.send(init.request.encode({ ...request, id } as Partial<Req>))) {
          finish(id)
          reject(new ServicesError('closed', 'the stream is closed'))
        }
      }),
    close: framed.close,
    isOpen: framed.isOpen
  }
}

export interface AnswererInit<Req, Res> {
  readonly clock: Timers
  readonly request: WireCodec<Req>
  readonly response: WireCodec<Res>
  /** Answers one request; a rejection ends the stream, so refuse by a status instead. */
  readonly answer: (request: Req) => Promise<Partial<Omit<Res, 'id'>>>
  readonly onEnd: (fault?: FrameFault) => void
  /** How many requests it handles at a time. Beyond that it reads no further. Default 16. */
  readonly concurrency?: number
}

export interface Answerer<Res> {
  /** Sends a response with id 0. */
  readonly push: (message: Partial<Omit<Res, 'id'>>) => boolean
  readonly close: () => Promise<void>
  readonly abort: (fault: FrameFault) => void
  readonly isOpen: () => boolean
}

/** The answering side. */
export function answerer<Req extends { id: number }, Res extends { id: number }>(stream: Stream, init: AnswererInit<Req, Res>): Answerer<Res> {
  const framed = frames(stream, {
    clock: init.clock,
    maxFrameBytes: init.request.maxBytes,
    concurrency: init.concurrency ?? 16,
    onFrame: async frame => {
      const request = init.request.decode(frame)
      const response = await init.answer(request)
      framed.send(init.response.encode({ ...response, id: request.id } as unknown as Partial<Res>))
    },
    onEnd: init.onEnd
  })
  return {
    push: message => framed.send(init.response.encode({ ...message, id: 0 } as unknown as Partial<Res>)),
    close: framed.close,
    abort: framed.abort,
    isOpen: framed.isOpen
  }
}
