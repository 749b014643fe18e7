import { ServicesError } from '@peerwatch/link'
import type { StrictSign, GossipSub, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerScore } from '@libp2p/gossipsub/score'
import type { MessageStatus, ValidateError } from '@libp2p/gossipsub/types'
import type { PeerId } from '@libp2p/interface'
import type { Core, PeerwatchComponents } from '@peerwatch/link'
import type { decodeRpc } from './rpc-decoder.ts'

export interface RpcMessage {
  readonly from?: Uint8Array
  readonly data?: Uint8Array
  readonly seqno?: Uint8Array
  readonly topic: string
  readonly signature?: Uint8Array
  readonly key?: Uint8Array
}
export interface Validated {
  readonly code: MessageStatus
  readonly error?: ValidateError
  readonly msgIdStr?: string
  readonly messageId?: { readonly msgIdStr: string }
}
interface Rpc {
  readonly messages?: readonly RpcMessage[]
}
export interface Announcement {
  readonly topicID?: string
  readonly messageIDs?: Uint8Array[]
}
/** Fields of gossipsub 17.1 that its types keep private. test/gossip-tap.test.ts fails when a release moves one. */
export interface Insides {
  readonly score: PeerScore
  readonly decodeRpcLimits: Parameters<typeof decodeRpc>[1]
  readonly opts: { readonly asyncValidation?: boolean }
  readonly globalSignaturePolicy: typeof StrictSign | 'StrictNoSign'
  readonly mesh: Map<string, Set<string>>
  readonly topics: Map<string, Set<string>>
  readonly backoff: Map<string, Map<string, number>>
  readonly streamsOutbound: Map<string, unknown>
  readonly direct: ReadonlySet<string>
  /** Ids of messages that came before. */
  readonly seenCache: { readonly has: (id: string) => boolean }
  readonly gossipTracer: { readonly promises: ReadonlyMap<string, Map<string, number>> }
  readonly acceptFrom: (id: string) => boolean
  decodeRpc: (bytes: Uint8Array) => Rpc
  validateReceivedMessage: (from: PeerId, message: RpcMessage) => Promise<Validated>
  handleReceivedRpc: (from: PeerId, rpc: Rpc) => Promise<void>
  handleIHave: (id: string, announcements: Announcement[]) => unknown[]
  readonly addToMesh: (id: string, topic: string, reason: string) => void
  readonly sendGraft: (id: string, topics: string[]) => void
  readonly sendRpc: (id: string, rpc: unknown) => boolean
  readonly reportMessageValidationResult: (id: string, from: string, result: TopicValidatorResult) => void
  readonly isStarted: () => boolean
  readonly publish: (
    topic: string,
    data: Uint8Array,
    options: { allowPublishToZeroTopicPeers: boolean; ignoreDuplicatePublishError: boolean }
  ) => Promise<unknown>
}

const FUNCTIONS = [
  'acceptFrom',
  'decodeRpc',
  'handleReceivedRpc',
  'validateReceivedMessage',
  'handleIHave',
  'addToMesh',
  'sendGraft',
  'sendRpc',
  'reportMessageValidationResult',
  'isStarted'
] as const
const MAPS = ['mesh', 'topics', 'backoff', 'streamsOutbound'] as const
const OBJECTS = ['decodeRpcLimits', 'score', 'direct', 'gossipTracer', 'seenCache'] as const

/** Throws ServicesError `no-gossipsub` that says what is missing: gossipsub under the name `pubsub`, or a part of it. */
export function insidesOf({ components }: Pick<Core, 'components'>): Insides {
  const pubsub = gossipsubOf(components)
  const missing = missingIn(pubsub)
  if (missing.length > 0) throw new ServicesError('no-gossipsub', `services.pubsub is not @libp2p/gossipsub 17.1: it has no ${missing.join(', ')}`)
  return pubsub as unknown as Insides
}

/** libp2p gives each service under the name that the application chose, and its components throw for a name that nobody did. */
function gossipsubOf(components: PeerwatchComponents): GossipSub {
  try {
    return components.pubsub
  } catch (error) {
    const { components: all = {} } = components as { components?: Record<string, unknown> }
    const [name] = Object.entries(all).find(([, service]) => missingIn(service).length === 0) ?? []
    const found = name == null ? 'none' : `it as services.${name}`
    throw new ServicesError('no-gossipsub', `expected @libp2p/gossipsub 17.1 as services.pubsub, found ${found}: give it the name pubsub`, { cause: error })
  }
}

function missingIn(service: unknown): string[] {
  if (typeof service !== 'object' || service == null) return ['anything']
  const insides = service as Partial<Insides>
  const missing: string[] = [
    ...FUNCTIONS.filter(name => typeof insides[name] !== 'function'),
    ...MAPS.filter(name => !(insides[name] instanceof Map)),
    ...OBJECTS.filter(name => insides[name] == null)
  ]
  if (!(insides.gossipTracer?.promises instanceof Map)) missing.push('gossipTracer')
  return missing
}
