import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import type { Socket } from 'node:net'

/** Where others dial one node: passes all on, but to whom it is cut off from. */
export interface Proxy {
  /** From now on nothing passes between these dialling addresses and the node: bytes wait without a word, or links are reset. */
  readonly cut: (from: ReadonlySet<string>, how: 'silent' | 'reset') => void
  /** What waits goes on. */
  readonly heal: () => void
  readonly close: () => Promise<void>
}

interface Link {
  readonly from: string
  readonly ends: readonly [Socket, Socket]
}

export async function proxy(port: number, target: number): Promise<Proxy> {
  const links = new Set<Link>()
  let away: ReadonlySet<string> = new Set()
  let cutHow: 'silent' | 'reset' = 'silent'

  const flow = ({ ends: [one, other] }: Link): void => {
    one.pipe(other)
    other.pipe(one)
  }
  const hold = ({ ends }: Link): void => {
    for (const end of ends) {
      end.unpipe()
      end.pause()
    }
  }
  const reset = ({ ends }: Link): void => {
    for (const end of ends) end.resetAndDestroy()
  }
  const server = createServer(socket => {
    const from = socket.remoteAddress ?? ''
    if (away.has(from) && cutHow === 'reset') {
      socket.resetAndDestroy()
      return
    }
    const link: Link = { from, ends: [socket, connect(target, '127.0.0.1')] }
    links.add(link)
    for (const [end, other] of [link.ends, link.ends.toReversed() as [Socket, Socket]]) {
      end.on('error', () => {})
      end.once('close', () => {
        other.destroy()
        links.delete(link)
      })
    }
    if (away.has(from)) hold(link)
    else flow(link)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    cut: (from, how) => {
      away = from
      cutHow = how
      for (const link of links) if (from.has(link.from)) (how === 'reset' ? reset : hold)(link)
    },
    heal: () => {
      for (const link of links) if (away.has(link.from) && cutHow === 'silent') flow(link)
      away = new Set()
    },
    close: async () => {
      for (const link of links) reset(link)
      server.close()
      await once(server, 'close')
    }
  }
}
