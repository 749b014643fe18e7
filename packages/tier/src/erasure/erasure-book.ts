import { createHash } from 'node:crypto'
import { Key } from 'interface-datastore'
import { inOrder, textOf } from '@peerwatch/model'
import { LIMITS } from '@peerwatch/wire'
import { readErasure } from './read-erasure.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Erasure } from './read-erasure.ts'

/** `older`: the erasure that is held of this subject goes further. `full`: there is no room for another. */
export type TakenErasure = 'newer' | 'known' | 'older' | 'full'

/** An erasure that this node holds. `records` says how many records it removed here; undefined until it has. */
export interface HeldErasure extends Erasure {
  readonly records: number | undefined
}

/** The erasures that this node knows: verified, merged by the highest epoch, and durable. */
export interface ErasureBook {
  readonly load: () => Promise<void>
  readonly all: () => HeldErasure[]
  readonly get: (subject: PeerIdString) => HeldErasure | undefined
  /** Rejects with WireError or ServicesError if the authority did not sign the erasure, or if it cannot be kept. */
  readonly take: (encoded: Uint8Array) => Promise<TakenErasure>
  /** The erasure has removed so many records here. */
  readonly done: (erasure: Erasure, records: number) => Promise<void>
  readonly forget: (erasure: Erasure) => Promise<void>
  /** SHA-256 over the sorted hashes. Two nodes that know the same erasures have the same digest. */
  readonly digest: () => Buffer
}

interface Stored {
  readonly erasure: string
  readonly records?: number
}

const KEY = new Key('/peerwatch/tree/erasure')

export function erasureBook(core: Core, most: number = LIMITS.erasures): ErasureBook {
  const { datastore } = core.components
  const held = new Map<PeerIdString, HeldErasure>()
  // of two that come at once the lower must not be written over the higher
  const writing = inOrder()
  let digest: Buffer | undefined

  const keep = async ({ records, ...erasure }: HeldErasure): Promise<void> => {
    const stored: Stored = { erasure: Buffer.from(erasure.encoded).toString('base64'), ...(records != null && { records }) }
    await datastore.put(keyOf(erasure), new TextEncoder().encode(JSON.stringify(stored)))
    held.set(erasure.subject, { ...erasure, records })
    digest = undefined
  }
  const compared = (erasure: Erasure): TakenErasure => {
    const known = held.get(erasure.subject)
    if (known == null) return held.size >= most ? 'full' : 'newer'
    return known.upToEpoch === erasure.upToEpoch ? 'known' : known.upToEpoch > erasure.upToEpoch ? 'older' : 'newer'
  }
  return {
    load: async () => {
      for await (const { key, value } of datastore.query({ prefix: KEY.toString() })) {
        try {
          const { erasure: encoded, records } = JSON.parse(textOf(value)) as Stored
          const erasure = await readErasure(core, Buffer.from(encoded, 'base64'))
          held.set(erasure.subject, { ...erasure, records })
        } catch (error) {
          core.log.error('the erasure at %s cannot be read, others have it: %e', key, error)
        }
      }
      digest = undefined
    },
    all: () => [...held.values()],
    get: subject => held.get(subject),
    take: async encoded => {
      // what is known byte by byte needs no second look
      for (const known of held.values()) if (Buffer.compare(known.encoded, encoded) === 0) return 'known'
      const erasure = await readErasure(core, encoded)
      return writing(async () => {
        const taken = compared(erasure)
        if (taken === 'newer') await keep({ ...erasure, records: undefined })
        return taken
      })
    },
    done: async (erasure, records) =>
      writing(async () => {
        if (held.get(erasure.subject)?.upToEpoch === erasure.upToEpoch) await keep({ ...held.get(erasure.subject)!, records })
      }),
    forget: async erasure =>
      writing(async () => {
        if (held.get(erasure.subject)?.upToEpoch !== erasure.upToEpoch) return
        await datastore.delete(keyOf(erasure))
        held.delete(erasure.subject)
        digest = undefined
      }),
    digest: () => {
      const hashes = [...held.values()].map(({ hash }) => hash).toSorted()
      digest ??= createHash('sha256')
        .update(Buffer.from(hashes.join(''), 'hex'))
        .digest()
      return digest
    }
  }
}

/** A name that tells nothing to a reader who does not know the peer. */
function keyOf({ subject }: Pick<Erasure, 'subject'>): Key {
  return KEY.child(new Key(createHash('sha256').update(subject).digest('hex')))
}
