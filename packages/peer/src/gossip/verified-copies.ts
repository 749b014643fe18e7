import { createHash } from 'node:crypto'
import { BoundedMap } from '@peerwatch/model'
import type { RpcMessage } from './gossipsub-insides.ts'

/** Messages whose copies are known again: gossipsub remembers them for two minutes. Of one that was forgotten the signature is verified again. */
const REMEMBERED = 4_096

/** Copies whose signature was right, by the digest of all that a message consists of: gossipsub verifies each, and most have come from another neighbour before. */
export interface VerifiedCopies {
  /** gossipsub's id of the message, where a copy with the very same bytes was verified before. */
  readonly idOf: (digest: string) => string | undefined
  readonly add: (digest: string, id: string) => void
}

export function verifiedCopies(): VerifiedCopies {
  const ids = new BoundedMap<string, string>(REMEMBERED)
  return {
    idOf: digest => ids.peek(digest),
    add: (digest, id) => {
      ids.set(digest, id)
    }
  }
}

/** An absent field differs from an empty one, and no byte can move from one field into the next. */
export function digestOf({ from, seqno, topic, data, signature, key }: RpcMessage): string {
  const fields = [from, seqno, new TextEncoder().encode(topic), data, signature, key]
  const hash = createHash('sha256').update(Int32Array.from(fields, field => field?.byteLength ?? -1))
  for (const field of fields) if (field != null) hash.update(field)
  return hash.digest('binary')
}
