import { RPC } from '@libp2p/gossipsub/message'
import { CountedReader } from '@peerwatch/wire'

/** gossipsub's own limits, under which a message of 4 MiB may have two million empty fields, which take 60 ms, or one topic, which takes 40 MB. */
const RPC_READS = Object.freeze({ most: 256 * 1024, textBytesMost: 64 * 1024 })
type Limits = Readonly<
  Record<`max${'Subscriptions' | 'Messages' | 'IhaveMessageIDs' | 'IwantMessageIDs' | 'ControlMessages' | 'IdontwantMessageIDs' | 'PeerInfos'}`, number>
>

/** Does what gossipsub's `decodeRpc` does, at a cost that the bytes bound. It throws as that one does, and the message is dropped. */
export function decodeRpc(bytes: Uint8Array, most: Limits): RPC {
  return RPC.codec().decode(new CountedReader(bytes, RPC_READS), undefined, {
    limits: {
      subscriptions: most.maxSubscriptions,
      messages: most.maxMessages,
      control: {
        ihave: most.maxControlMessages,
        ihave$: { messageIDs: most.maxIhaveMessageIDs },
        iwant: most.maxControlMessages,
        iwant$: { messageIDs: most.maxIwantMessageIDs },
        graft: most.maxControlMessages,
        prune: most.maxControlMessages,
        prune$: { peers: most.maxPeerInfos },
        idontwant: most.maxControlMessages,
        idontwant$: { messageIDs: most.maxIdontwantMessageIDs }
      }
    }
  })
}
