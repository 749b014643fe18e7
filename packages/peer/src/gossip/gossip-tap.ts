import { StrictSign, TopicValidatorResult } from '@libp2p/gossipsub'
import { MessageStatus } from '@libp2p/gossipsub/types'
import { delay } from '@peerwatch/model'
import { copyOf, namesAuthor } from './gossip-copy.ts'
import { insidesOf } from './gossipsub-insides.ts'
import { decodeRpc } from './rpc-decoder.ts'
import { digestOf, verifiedCopies } from './verified-copies.ts'
import { listeners, peerIdFromBytes, peerIdText } from '@peerwatch/link'
import type { GossipSub, TopicValidatorFn } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, GossipRefusal, Part } from '@peerwatch/link'
import type { GossipCopy } from './gossip-copy.ts'
import type { GossipLimits } from './gossip-limits.ts'
import type { Announcement, Insides, RpcMessage, Validated } from './gossipsub-insides.ts'

/** A topic's own check says this of a message: `accept` forwards it, `ignore` drops it and blames nobody. */
export type GossipVerdict = 'accept' | 'ignore'

export interface GossipTapInit {
  /** True for a peer whose messages are dropped, whoever relays them, at no cost to the relayer. */
  readonly ignores: (peer: PeerIdString) => boolean
  /** Those of a neighbour's messages that are looked at; the others are dropped unread. Default all. */
  readonly admitted?: GossipLimits['admitted']
}

/** All that the parts of a peer ask of gossipsub. */
export interface GossipTap extends Part {
  /** Only topics that are signed are told of. */
  readonly onCopy: (listener: (copy: GossipCopy) => void) => () => void
  /** Subscribes to a topic of Peerwatch itself; what `check` accepts is passed on, under `asyncValidation` too. */
  readonly join: (topic: string, check: (data: Uint8Array, from: PeerIdString) => Promise<GossipVerdict>) => Promise<void>
  /** Resolves without an error whether or not anybody could be reached. */
  readonly publish: (topic: string, data: Uint8Array) => Promise<void>
  readonly meshPeers: (topic: string) => PeerIdString[]
  /** Puts the peer into the mesh of a topic and says so to it; false where it does not take part, or asked to be left alone for a while. */
  readonly graft: (peer: PeerIdString, topic: string) => boolean
  /** Asks the peer for a copy of what it announces, also of what was seen, until the returned function is called: a look where its mesh is full. */
  readonly askForCopies: (peer: PeerIdString) => () => void
}

/** Times gossipsub's default weight of 10 this is below its graylist threshold of -80. */
const GRAYLISTED_SCORE = -10
const GOSSIPSUB_STARTS_WITHIN_MS = 10_000
const POLL_MS = 10
/** go-libp2p takes a little more by default. A larger message, passed on to a Go neighbour, would end the gossip of that link. */
const MOST_DATA_BYTES = 1_000_000
/** Copies asked for per announcement: enough to see an alteration, few enough to cost the peer nothing. */
const ASKED_PER_ANNOUNCEMENT = 16

/** On an application's own topics that is the application's business. */
function isTooLarge({ topic, data }: RpcMessage): boolean {
  return topic.startsWith('/peerwatch/') && data != null && data.byteLength > MOST_DATA_BYTES
}

/**
 * Attaches to the node's gossipsub: every topic, with or without a validator, whoever sets it and when.
 *
 * A wrong signature reaches no validator and no event, so the judging function itself is wrapped: it alone knows relay, author and verdict.
 */
export function gossipTap(core: Core, { ignores, admitted = ({ messages }) => messages }: GossipTapInit): GossipTap {
  const copies = listeners<[copy: GossipCopy]>()
  const asked = new Map<string, number>()
  const own = new Map<string, TopicValidatorFn>()
  let insides: Insides | undefined
  let stopCounting: (() => void) | undefined
  const pubsub = (): GossipSub => core.components.pubsub

  const refused = new Map<GossipRefusal, number>()
  const refuse = (reason: GossipRefusal): void => {
    refused.set(reason, (refused.get(reason) ?? 0) + 1)
  }
  const onWindow = (window: WindowNumber): void => {
    if (refused.size === 0) return
    core.emit('gossip:refused', { window, messages: Object.fromEntries(refused) })
    refused.clear()
  }
  const tell = (from: PeerId, message: RpcMessage, validated: Validated): void => {
    try {
      const copy = copyOf(from, message, validated)
      if (typeof copy === 'string') refuse(copy)
      else if (copy != null) {
        if (copy.kind === 'unproved') refuse('signature')
        copies.tell(copy)
      }
    } catch (error) {
      core.log.error('a gossip copy could not be counted: %e', error)
    }
  }
  /** Services start side by side: gossipsub may be a moment behind, and throws until then. */
  const started = async (): Promise<void> => {
    for (let waitedMs = 0; insides?.isStarted() !== true && waitedMs < GOSSIPSUB_STARTS_WITHIN_MS; waitedMs += POLL_MS) await delay(core.clock, POLL_MS)
  }
  const onMessage = ({ detail }: { detail: { msgId: string; propagationSource: PeerId; msg: { topic: string } } }): void => {
    if (!own.has(detail.msg.topic) || insides?.opts.asyncValidation !== true) return
    insides.reportMessageValidationResult(detail.msgId, detail.propagationSource.toString(), TopicValidatorResult.Accept)
  }
  return {
    onCopy: copies.add,
    join: async (topic, check) => {
      own.set(topic, async (from, message) =>
        (await check(message.data, peerIdText(from))) === 'accept' ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore
      )
      await started()
      pubsub().subscribe(topic)
    },
    publish: async (topic, data) => {
      try {
        await (pubsub() as unknown as Insides).publish(topic, data, { allowPublishToZeroTopicPeers: true, ignoreDuplicatePublishError: true })
      } catch (error) {
        core.log('nothing was published to %s: %e', topic, error)
      }
    },
    meshPeers: topic => [...((insides?.mesh.get(topic) ?? []) as Iterable<PeerIdString>)],
    graft: (peer, topic) => {
      const mesh = insides?.mesh.get(topic)
      if (insides == null || mesh == null || insides.topics.get(topic)?.has(peer) !== true || !insides.streamsOutbound.has(peer)) return false
      if (mesh.has(peer)) return true
      if ((insides.backoff.get(topic)?.get(peer) ?? 0) > core.clock.nowMs()) return false
      insides.addToMesh(peer, topic, 'random')
      insides.sendGraft(peer, [topic])
      return true
    },
    askForCopies: peer => {
      asked.set(peer, (asked.get(peer) ?? 0) + 1)
      let ended = false
      return () => {
        if (ended) return
        ended = true
        const left = (asked.get(peer) ?? 1) - 1
        if (left > 0) asked.set(peer, left)
        else asked.delete(peer)
      }
    },
    beforeStart: () => {
      if (insides == null) {
        insides = insidesOf(core)
        attach(pubsub(), insides, { ignores, admitted, own, asked, tell, refuse })
      }
      stopCounting = core.windows.onWindow(onWindow)
      pubsub().addEventListener('gossipsub:message', onMessage)
    },
    stop: () => {
      stopCounting?.()
      pubsub().removeEventListener('gossipsub:message', onMessage)
    }
  }
}

interface Attached {
  readonly ignores: GossipTapInit['ignores']
  readonly admitted: GossipLimits['admitted']
  /** Validators of the topics of Peerwatch itself. */
  readonly own: ReadonlyMap<string, TopicValidatorFn>
  /** Peers whose copies are wanted, and how many of each. */
  readonly asked: ReadonlyMap<string, number>
  readonly tell: (from: PeerId, message: RpcMessage, validated: Validated) => void
  readonly refuse: (reason: GossipRefusal) => void
}

/** Puts itself round the functions of gossipsub that judge. */
function attach(pubsub: GossipSub, inside: Insides, { ignores, admitted, own, asked, tell, refuse }: Attached): void {
  // it is handled in the same turn
  let decodedBytes = 0
  inside.decodeRpc = bytes => {
    decodedBytes = bytes.byteLength
    try {
      return decodeRpc(bytes, inside.decodeRpcLimits)
    } catch {
      // dropped, and its bytes count like those of others
      return { messages: [] }
    }
  }
  const handleRpc = inside.handleReceivedRpc.bind(pubsub)
  inside.handleReceivedRpc = async (from, rpc) => {
    const { messages = [] } = rpc
    const bytes = decodedBytes
    decodedBytes = 0
    const id = peerIdText(from)
    if (!inside.acceptFrom(id)) return handleRpc(from, rpc)
    const fit = messages.filter(message => {
      const reason = refusalOf(inside, message)
      if (reason != null) refuse(reason)
      return reason == null
    })
    const kept = inside.direct.has(id) ? fit : admitted({ from: id, messages: fit, bytes, isOwn: ({ topic }) => own.has(topic) })
    if (kept.length === messages.length) return handleRpc(from, rpc)
    // we may drop a message that we asked this peer for by IWANT: clear the promise, or gossipsub would punish the peer for our own drop
    for (const promised of inside.gossipTracer.promises.values()) promised.delete(id)
    return handleRpc(from, { ...rpc, messages: kept })
  }
  const validate = inside.validateReceivedMessage.bind(pubsub)
  const verified = verifiedCopies()
  inside.validateReceivedMessage = async (from, message) => {
    if (inside.globalSignaturePolicy !== StrictSign) return validate(from, message)
    const digest = digestOf(message)
    const seen = verified.idOf(digest)
    const validated = seen != null && inside.seenCache.has(seen) ? { code: MessageStatus.duplicate, msgIdStr: seen } : await validate(from, message)
    const id = verifiedId(validated)
    if (id != null) verified.add(digest, id)
    tell(from, message, validated)
    return validated
  }
  const handleIHave = inside.handleIHave.bind(pubsub)
  inside.handleIHave = (id, announcements) => {
    if (asked.has(id)) ask(inside, id, announcements)
    return handleIHave(id, announcements)
  }
  const p5 = inside.score.params.appSpecificScore.bind(inside.score.params)
  inside.score.params.appSpecificScore = peer => p5(peer) + (ignores(peer as PeerIdString) ? GRAYLISTED_SCORE : 0)

  const { topicValidators } = pubsub
  const get = topicValidators.get.bind(topicValidators)
  topicValidators.get = topic => ignoring(own.get(topic) ?? get(topic), ignores)
}

function verifiedId({ code, msgIdStr, messageId }: Validated): string | undefined {
  if (code === MessageStatus.valid) return messageId?.msgIdStr
  return code === MessageStatus.duplicate ? msgIdStr : undefined
}

/** Before gossipsub sees it: whoever relays what another implementation takes loses no standing there either. */
function refusalOf({ globalSignaturePolicy }: Insides, message: RpcMessage): GossipRefusal | undefined {
  if (isTooLarge(message)) return 'too-large'
  return globalSignaturePolicy === StrictSign && !namesAuthor(message) ? 'author' : undefined
}

/** Sent as it is, not through gossipsub's answer: an IWANT that goes unanswered there would cost a suspect its place in the mesh. */
function ask(insides: Insides, id: string, announcements: readonly Announcement[]): void {
  const messageIDs = announcements
    .filter(({ topicID }) => topicID != null && insides.mesh.has(topicID))
    .flatMap(announcement => announcement.messageIDs?.slice(0, ASKED_PER_ANNOUNCEMENT) ?? [])
    .slice(0, ASKED_PER_ANNOUNCEMENT)
  if (messageIDs.length === 0) return
  insides.sendRpc(id, { subscriptions: [], messages: [], control: { graft: [], prune: [], ihave: [], iwant: [{ messageIDs }], idontwant: [] } })
}

function ignoring(own: TopicValidatorFn | undefined, ignores: GossipTapInit['ignores']): TopicValidatorFn {
  return (from, message) => {
    // by its bytes: this object is new with each message, and its text would be worked out each time
    const author = message.type === 'signed' ? peerIdFromBytes(message.from.toMultihash().bytes) : peerIdText(from)
    if (ignores(author) || ignores(peerIdText(from))) return TopicValidatorResult.Ignore
    return own?.(from, message) ?? TopicValidatorResult.Accept
  }
}
