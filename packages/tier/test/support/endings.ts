import { isOver } from '../../../link/src/take-over.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { TestHost } from '../../../link/test/support/core.ts'

/** Who ends the connection. */
export type Side = 'dialler' | 'handler'

export interface EndingsInit {
  readonly protocol: string
  readonly dialler: TestHost
  readonly handler: TestHost
  /** The longest pause before the dialler dials again, where it does by itself. */
  readonly mostBackoffMs?: number
}

/** Ends the connection between two hosts at any moment of a dial; ask for it before the protocol's parts are started. */
export interface Endings {
  /** No dial goes on until `arm`, so that nothing happens unseen. */
  readonly hold: () => void
  /** Lets dials go on, and ends the connection at the moment with this number, counted from here. */
  readonly arm: (moment: number, side: Side) => void
  /** Whether that moment came. */
  readonly hasEnded: () => boolean
  /** Whether the dialler let its longest pause pass after the end without a dial. */
  readonly wasLate: () => boolean
}

/** Turns of the promise queue, and then of the event loop, that are moments after each place where libp2p hands something over. */
const TURNS = { promises: 4, loop: 4 }
/** For the turns that lie between the timer of a pause and its dial, on however busy a machine. */
const TURNS_TO_DIAL = 2_000

/**
 * A moment is each place at which a dial may be overtaken by the end of its connection: before and after the connection is opened, before and after
 * the stream is negotiated on either side, the turns that follow, and before and after each message and each `send` on both sides. Where libp2p
 * hands something over, what follows finds the end noticed on both sides. No moment is named by the code that is tested: a new place to wait adds
 * its own.
 */
export function endings({ protocol, dialler, handler, mostBackoffMs }: EndingsInit): Endings {
  const handlerId = handler.node.peerId.toString()
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  let armed: { readonly moment: number; readonly side: Side } | undefined
  let passed = 0
  let hasEnded = false
  /** The connection is still to come. */
  let endsAtOpen = false
  /** One is there already, and what comes beside it ends too. */
  let isEnding = false
  let isLate = false
  let dials = 0
  let dialled: Stream | undefined
  let turn = 0

  const linksOf = (side: Side): Connection[] =>
    side === 'dialler' ? dialler.node.getConnections(handler.node.peerId) : handler.node.getConnections(dialler.node.peerId)
  const watchPause = (): void => {
    const before = dials
    if (mostBackoffMs == null) return
    dialler.core.clock.after(5 * mostBackoffMs, () => {
      let turns = 0
      const look = (): void => {
        // the link may go over another connection, dialled by the handler
        if (dials > before || (dialled != null && !isOver(dialled))) return
        if (turns++ < TURNS_TO_DIAL) setImmediate(look)
        else isLate = true
      }
      look()
    })
  }
  const end = ({ side }: { readonly side: Side }): void => {
    const links = linksOf(side)
    endsAtOpen = links.length === 0
    for (const link of links) link.abort(new Error('ended by the test'))
  }
  const moment = (): void => {
    if (armed == null || hasEnded || passed++ < armed.moment) return
    hasEnded = true
    end(armed)
  }
  /** Goes on once both have noticed the end, if this is the moment. */
  const handedOver = async (): Promise<void> => {
    const before = hasEnded
    const links = [...linksOf('dialler'), ...linksOf('handler')]
    turn++
    moment()
    if (hasEnded === before) return
    // where both have dialled, who ends has one of two links, and the other comes to that side a moment later
    isEnding = true
    await Promise.all(links.map(over))
    isEnding = false
  }
  const passTurns = async (): Promise<void> => {
    const began = ++turn
    for (let step = 0; step < TURNS.promises + TURNS.loop; step++) {
      if (step < TURNS.promises) await Promise.resolve()
      else await new Promise(setImmediate)
      if (turn !== began) return
      moment()
    }
  }
  const around = <T>(run: () => T): T => {
    turn++
    moment()
    const result = run()
    moment()
    return result
  }
  const watchStream = (stream: Stream): void => {
    const send = stream.send.bind(stream)
    const dispatch = stream.dispatchEvent.bind(stream)
    stream.send = data => around(() => send(data))
    stream.dispatchEvent = event => (event.type === 'message' ? around(() => dispatch(event)) : dispatch(event))
  }
  const watchDialler = (): void => {
    const { connectionManager, events } = dialler.core.components
    const openConnection = connectionManager.openConnection.bind(connectionManager)
    connectionManager.openConnection = async (target, options) => {
      if (![target].flat().some(each => String(each).includes(handlerId))) return openConnection(target, options)
      dials++
      await gate.promise
      around(() => {})
      const connection = await openConnection(target, options)
      await handedOver()
      void passTurns()
      return connection
    }
    events.addEventListener('connection:open', ({ detail: connection }) => {
      if (!connection.remotePeer.equals(handler.node.peerId)) return
      connection.addEventListener('close', () => {
        if (hasEnded) watchPause()
      })
      const newStream = connection.newStream.bind(connection)
      connection.newStream = async (protocols, options) => {
        if (![protocols].flat().includes(protocol)) return newStream(protocols, options)
        around(() => {})
        const stream = await newStream(protocols, options)
        watchStream(stream)
        dialled = stream
        await handedOver()
        void passTurns()
        return stream
      }
    })
  }
  const watchHandler = (): void => {
    const { registrar } = handler.core.components
    const handle = registrar.handle.bind(registrar)
    registrar.handle = async (name, take, options) =>
      handle(
        name,
        name !== protocol
          ? take
          : async (stream, connection) => {
              if (connection.remotePeer.equals(dialler.node.peerId)) {
                watchStream(stream)
                await handedOver()
                void passTurns()
              }
              await take(stream, connection)
            },
        options
      )
  }
  const endAtOpen =
    (side: Side, other: TestHost) =>
    (event: CustomEvent<Connection>): void => {
      if (!(endsAtOpen || isEnding) || armed?.side !== side || !event.detail.remotePeer.equals(other.node.peerId)) return
      endsAtOpen = false
      event.detail.abort(new Error('ended by the test'))
    }
  watchDialler()
  watchHandler()
  dialler.core.components.events.addEventListener('connection:open', endAtOpen('dialler', handler))
  handler.core.components.events.addEventListener('connection:open', endAtOpen('handler', dialler))
  return {
    hold: () => {
      armed = undefined
      gate = Promise.withResolvers<void>()
    },
    arm: (at, side) => {
      armed = { moment: at, side }
      passed = 0
      hasEnded = false
      isLate = false
      endsAtOpen = false
      gate.resolve()
    },
    hasEnded: () => hasEnded,
    wasLate: () => isLate
  }
}

async function over(link: Connection): Promise<void> {
  if (link.status !== 'open') return
  await new Promise(resolve => {
    link.addEventListener('close', resolve)
  })
}
