import { TREE_STATUS } from '@peerwatch/wire'
import { ServicesError } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Caller, Core } from '@peerwatch/link'
import type { Views } from './views.ts'
import type { BareRequest } from './trusted-link.ts'

export type TreeCaller = Caller<TreeRequest, TreeResponse>

export interface ExchangeInit extends Pick<Views, 'withView' | 'merge'>, Pick<Core, 'clock' | 'health'> {
  readonly onUp: () => void
  readonly onDown: () => void
}

/** Requests and answers over the open stream, and what the answers say of the other side. */
export interface Exchange {
  /** The stream to ask on; undefined while there is none. */
  readonly current: () => TreeCaller | undefined
  readonly use: (opened: TreeCaller) => void
  /** Takes the stream away, because the other side is down. */
  readonly leave: () => TreeCaller | undefined
  /** Asks. If the other side has another view, it shows the whole view and asks once more. */
  readonly ask: (request: BareRequest) => Promise<TreeResponse>
  /** Asks once, with the whole view. */
  readonly introduce: () => Promise<TreeResponse>
  readonly isUp: () => boolean
  readonly load: () => number | undefined
  /** How long the other side took to answer the newest hello, without the time that this node itself lost meanwhile. Undefined: it has answered none. */
  readonly answerMs: () => number | undefined
}

export function exchange(peer: PeerIdString, { withView, merge, clock, health, onUp, onDown }: ExchangeInit): Exchange {
  let asking: TreeCaller | undefined
  let isUp = false
  let hasSilence = false
  let load: number | undefined
  let answerMs: number | undefined

  const setUp = (next: boolean): void => {
    if (isUp === next) return
    isUp = next
    if (next) onUp()
    else onDown()
  }
  const once = async (request: BareRequest, isWhole: boolean): Promise<TreeResponse> => {
    const open = asking
    if (open == null) throw new ServicesError('closed', `no link to ${peer}`)
    const [askedAtMs, lostBeforeMs] = [clock.monotonicMs(), health.lostMs()]
    try {
      const response = await open.call(withView(request, isWhole, peer))
      if (request.hello != null || isWhole) answerMs = Math.max(0, clock.monotonicMs() - askedAtMs - (health.lostMs() - lostBeforeMs))
      if (open === asking) {
        hasSilence = false
        setUp(true)
      }
      if (response.hello != null) {
        load = response.hello.reportsPerSecond
        await merge(peer, response.hello)
      }
      return response
    } catch (error) {
      if (open === asking && error instanceof ServicesError && error.code === 'timeout') {
        // two silences in a row and the stream is worth nothing: a stopped process keeps it open for ever
        if (hasSilence) void open.close()
        hasSilence = true
        setUp(false)
      }
      throw error
    }
  }
  return {
    current: () => asking,
    use: opened => {
      asking = opened
      hasSilence = false
    },
    leave: () => {
      const left = asking
      asking = undefined
      setUp(false)
      return left
    },
    ask: async request => {
      const first = await once(request, false)
      return first.status === TREE_STATUS.view ? once(request, true) : first
    },
    introduce: async () => once({}, true),
    isUp: () => isUp,
    load: () => load,
    answerMs: () => answerMs
  }
}
