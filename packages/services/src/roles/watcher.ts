import { gossipTopics } from '../core-topics.ts'
import { watcherLink } from '../examination/watcher-link.ts'
import { roleService } from '../peerwatch.ts'
import { assemblePeer } from './peer.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Peerwatch } from '../peerwatch.ts'
import type { Part, PeerwatchComponents } from '../core.ts'
import type { Common } from './common.ts'
import type { CoreOptions, PeerOptions } from './options.ts'

export interface WatcherOptions extends CoreOptions, PeerOptions {
  /** The trusted node it belongs to; nobody else knows. */
  readonly owner: PeerIdString
}

/** A watcher: an ordinary peer that tells its trusted node what it sees, and looks where it is told to. */
export function watcher(options: WatcherOptions): (components: PeerwatchComponents) => Peerwatch {
  return roleService((components, events) => {
    const assembly = assemblePeer(components, events, options)
    const { core, common } = assembly
    const asking = copiesAsked(common)
    const link = watcherLink(core, {
      owner: options.owner,
      seen: common.observing,
      neighbours: common.neighbours,
      registry: common.registry,
      graft: asking.graft
    })
    return { ...assembly, watching: link, parts: [...assembly.parts, asking, link] }
  })
}

/** Has the suspect hand over copies: in its mesh, or by IWANT of all that it announces. Ends when the suspect's link does. */
function copiesAsked({ core, tap }: Common): Part & { readonly graft: (peer: PeerIdString) => void } {
  const ends = new Map<PeerIdString, () => void>()
  const topic = gossipTopics(core.network.name).chat
  const onLost = ({ detail }: CustomEvent<{ peer: { toString: () => string } }>): void => {
    const peer = detail.peer.toString() as PeerIdString
    ends.get(peer)?.()
    ends.delete(peer)
  }
  return {
    graft: peer => {
      tap.graft(peer, topic)
      if (!ends.has(peer)) ends.set(peer, tap.askForCopies(peer))
    },
    start: () => {
      core.events.addEventListener('neighbour:lost', onLost)
    },
    stop: () => {
      core.events.removeEventListener('neighbour:lost', onLost)
      for (const end of ends.values()) end()
      ends.clear()
    }
  }
}
