import { assemblePeer, gossipTopics, roleService } from '@peerwatch/peer/parts'
import { watcherLink } from './watch/watcher-link.ts'
import type { WatcherLink } from './watch/watcher-link.ts'
import { listenTo, peerIdText } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { Assembly, Common, CoreOptions, PeerOptions, Peerwatch } from '@peerwatch/peer/parts'
import type { Part, PeerwatchComponents, PeerwatchEvents } from '@peerwatch/link'

export interface WatcherOptions extends CoreOptions, PeerOptions {
  /** The trusted node that it belongs to. Nobody else knows which it is. */
  readonly owner: PeerIdString
}

export interface WatcherAssembly extends Assembly {
  readonly watching: WatcherLink
}

/** A watcher: an ordinary peer that tells its trusted node what it sees, and looks where the node orders. */
export function watcher(options: WatcherOptions): (components: PeerwatchComponents) => Peerwatch<WatcherAssembly> {
  return roleService(options, (components, events) => {
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

/** Makes the suspect hand over copies: as a member of its mesh, and by IWANT for all that it announces. It ends with the suspect's link. */
function copiesAsked({ core, tap }: Common): Part & { readonly graft: (peer: PeerIdString) => void } {
  const asked = new Map<PeerIdString, { readonly end: () => void; isGrafted: boolean }>()
  const topic = gossipTopics(core.network.name).chat
  const ends: (() => void)[] = []
  const onLost = ({ detail }: PeerwatchEvents['neighbour:lost']): void => {
    const peer = peerIdText(detail.peer)
    asked.get(peer)?.end()
    asked.delete(peer)
  }
  /** False as long as the suspect has not said which topics it takes part in, or wants to be left alone. */
  const graftAgain = (): void => {
    for (const [peer, state] of asked) state.isGrafted ||= tap.graft(peer, topic)
  }
  return {
    graft: peer => {
      if (!asked.has(peer)) asked.set(peer, { end: tap.askForCopies(peer), isGrafted: false })
      graftAgain()
    },
    start: () => {
      ends.push(listenTo(core.events, { 'neighbour:lost': onLost }), core.windows.onWindow(graftAgain))
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
      for (const { end } of asked.values()) end()
      asked.clear()
    }
  }
}
