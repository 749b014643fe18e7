import { answerer, listeners, mayCallAny, served, toPeerId } from '@peerwatch/link'
import { answering } from './answering.ts'
import { trustedLink } from './trusted-link.ts'
import { views } from './views.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Answerer, Core, Part, RegistryView } from '@peerwatch/link'
import type { TierCalls, TierParts, TierTable } from './calls.ts'
import type { LinkTimes, TrustedLink } from './trusted-link.ts'
import type { ViewsInit } from './views.ts'

export interface TrustedLinksInit<Rows extends TierCalls> extends ViewsInit {
  readonly table: TierTable<Rows>
  /** What the handlers of the table work with. */
  readonly parts: TierParts
  readonly registry: Pick<RegistryView, 'find'>
  readonly times?: Partial<LinkTimes>
}

/** The links between this trusted node and all others: one stream of requests in each direction. */
export interface TrustedLinks<Rows extends TierCalls = TierCalls> extends Part {
  readonly link: (node: PeerIdString) => TrustedLink<Rows> | undefined
  readonly others: () => TrustedLink<Rows>[]
  /** Whether the node does not answer now. This node itself is never out of reach. */
  readonly outOfReach: (node: PeerIdString) => boolean
  readonly onUp: (listener: (node: PeerIdString) => void) => () => void
  readonly onDown: (listener: (node: PeerIdString) => void) => () => void
}

const STREAMS_PER_NODE = 2

/** Shorter: the node notices a dead owner sooner, but passes over a slow one more often. */
function defaultTimes({ pingEveryMs, pingTimeoutMs }: { pingEveryMs: number; pingTimeoutMs: number }): LinkTimes {
  return { pingEveryMs, callTimeoutMs: Math.max(3_000, 2 * pingTimeoutMs), dialTimeoutMs: 10_000, leastBackoffMs: 200, mostBackoffMs: 5_000 }
}

export function trustedLinks<Rows extends TierCalls>(core: Core, init: TrustedLinksInit<Rows>): TrustedLinks<Rows> {
  const { table } = init
  const view = views(core, init)
  const times = { ...defaultTimes(core.network.roster.preset), ...init.times }
  const links = new Map<PeerIdString, TrustedLink<Rows>>()
  const ups = listeners<[node: PeerIdString]>()
  const downs = listeners<[node: PeerIdString]>()
  let isStarted = false

  const answer = answering(core, view, init)
  const inbound = served<Answerer<TreeResponse>>(core, {
    protocol: table.protocol,
    streamsPerPeer: STREAMS_PER_NODE,
    newest: 'replaces',
    admits: (from, { remotePeer }) => {
      const mayCall = mayCallAny(core, table, from)
      if (!mayCall) core.emit('peer:fault', { peer: remotePeer, protocol: table.protocol, what: 'not-trusted' })
      return mayCall
    },
    serve: ({ stream, peer: from, onEnd }) =>
      answerer<TreeRequest, TreeResponse>(stream, {
        clock: core.health,
        request: table.request,
        response: table.response,
        concurrency: table.atATime,
        answer: async request => answer(from, request),
        onEnd
      }),
    onServed: from => links.get(from)?.nudge()
  })
  const open = (peer: PeerIdString): TrustedLink<Rows> => {
    const link = trustedLink(core, peer, {
      table,
      registry: init.registry,
      times,
      view,
      onUp: () => {
        core.emit('trusted:reached', { peer: toPeerId(peer) })
        ups.tell(peer)
      },
      onDown: () => {
        core.emit('trusted:lost', { peer: toPeerId(peer) })
        downs.tell(peer)
      }
    })
    links.set(peer, link)
    if (isStarted) link.start()
    return link
  }
  /** All others, and the nodes that leave. Those give what they hold, are told when that is over, and ask nothing any more. */
  const wanted = (): readonly PeerIdString[] => {
    const { trusted, leaving, formerTrusted } = core.roster.current()
    if (!core.roster.isTrusted(core.self)) return []
    return [...trusted, ...leaving.filter(peer => formerTrusted.get(peer) !== 0)].filter(peer => peer !== core.self)
  }
  const followRoster = (): void => {
    const members = new Set(wanted())
    for (const peer of members) if (!links.has(peer)) open(peer)
    for (const [peer, link] of links) {
      if (members.has(peer)) continue
      links.delete(peer)
      void link.stop()
    }
    for (const peer of inbound.peers()) if (!core.roster.isTrusted(peer)) for (const stream of inbound.of(peer)) void stream.close()
  }
  let ownToken = init.tokens.token(core.self)?.hash
  init.tokens.onChange(() => {
    followRoster()
    const hash = init.tokens.token(core.self)?.hash
    if (hash === ownToken) return
    ownToken = hash
    for (const link of links.values()) void link.greet()
  })

  return {
    beforeStart: async () => {
      followRoster()
      await inbound.start()
    },
    start: () => {
      isStarted = true
      for (const link of links.values()) link.start()
    },
    stop: async () => {
      isStarted = false
      await inbound.stop()
      await Promise.all([...links.values()].map(async link => link.stop()))
    },
    link: node => links.get(node),
    others: () => [...links.values()],
    outOfReach: node => node !== core.self && links.get(node)?.isUp() !== true,
    onUp: ups.add,
    onDown: downs.add
  }
}
