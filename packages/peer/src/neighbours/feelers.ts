import { toPeerId } from '@peerwatch/link'
import { decideReplaced } from './own-links.ts'
import { ping } from './ping.ts'
import type { Core, KnownPeer } from '@peerwatch/link'
import type { Dials } from './dials.ts'
import type { Probes } from './probes.ts'
import type { WatchBook } from './watch-book.ts'
import type { Watched } from './watched.ts'

export interface FeelersInit {
  readonly book: WatchBook
  readonly dialling: Pick<Dials, 'dial'>
  readonly probing: Pick<Probes, 'schedule'>
  /** Whether own links are missing. */
  readonly isMissing: () => boolean
}

/**
 * Tries one listed peer: dials it, pings it once, and ends the link, unless it is better than one that this node has.
 *
 * Links that once were chosen badly give way so in time; nobody can wait for it or hurry it.
 */
export function feelers(core: Core, { book, dialling, probing, isMissing }: FeelersInit): (target: KnownPeer) => Promise<void> {
  const { connectionManager } = core.components
  const judge = async (watched: Watched): Promise<void> => {
    const { peer, group } = watched
    const [connection] = connectionManager.getConnections(toPeerId(peer))
    const answered = connection != null && (await ping(core.health, connection, core.roster.current().preset.pingTimeoutMs)) === 'answered'
    if (book.all.get(peer) !== watched) return
    const own = book.linked().filter(link => link.isOwn && !book.held.has(link.peer))
    const replaced = decideReplaced(own, group)
    if (!answered || !(isMissing() || replaced != null)) {
      book.turnAway(peer, 'tried')
      return
    }
    watched.isOwn = true
    probing.schedule(watched, core.roster.current().preset.pingEveryMs)
    if (replaced != null) book.turnAway(replaced, 'replaced')
  }
  return async target => {
    if (book.onTrial.size > 0) return
    book.onTrial.add(target.peer)
    try {
      if (!(await dialling.dial(target))) return
      const watched = book.all.get(target.peer)
      if (watched != null) await judge(watched)
    } finally {
      book.onTrial.delete(target.peer)
    }
  }
}
