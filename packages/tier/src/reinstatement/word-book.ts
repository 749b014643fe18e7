import { Key } from 'interface-datastore'
import { encodeWord, readWord } from './word.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Word } from './word.ts'

/** The words that wait for others, at most one about each eviction, in memory and on disk. */
export interface WordBook {
  readonly get: (peer: PeerIdString) => Word | undefined
  readonly list: () => Word[]
  /** Whether this node's operator has spoken about the peer. */
  readonly isOwn: (peer: PeerIdString) => boolean
  /** Makes room for one more, and says whether it could. The words of others go before those of this node's operator. */
  readonly makeRoom: (peer: PeerIdString) => boolean
  /** Resolves when the word is on disk, if this node's operator said it. Rejects as the datastore does. */
  readonly keep: (word: Word) => Promise<void>
  readonly drop: (peer: PeerIdString) => void
  /** Loads what earlier runs kept. Call it after the certificates are loaded. */
  readonly load: () => Promise<void>
}

const WORDS = new Key('/peerwatch/words')
/** The most evictions about which words are kept at a time. */
export const MOST_WORDS = 256

export function wordBook(core: Core): WordBook {
  const { datastore } = core.components
  const words = new Map<PeerIdString, Word>()
  const drop = (peer: PeerIdString): void => {
    if (words.delete(peer)) core.writes.delete(keyOf(peer))
  }
  const isOwn = (peer: PeerIdString): boolean => words.get(peer)?.signatures.has(core.self) === true
  return {
    get: peer => words.get(peer),
    list: () => [...words.values()],
    isOwn,
    makeRoom: peer => {
      if (words.has(peer) || words.size < MOST_WORDS) return true
      const other = [...words.keys()].find(each => !isOwn(each))
      if (other != null) drop(other)
      return other != null
    },
    keep: async word => {
      const [key, encoded] = [keyOf(word.peer), encodeWord(word)]
      const before = words.get(word.peer)
      // what waits in the queue must be nothing older
      core.writes.put(key, encoded)
      try {
        if (word.signatures.has(core.self)) await datastore.put(key, encoded)
      } catch (error) {
        if (before == null) core.writes.delete(key)
        else core.writes.put(key, encodeWord(before))
        throw error
      }
      words.set(word.peer, word)
    },
    drop,
    load: async () => {
      for await (const { key, value } of datastore.query({ prefix: WORDS.toString(), limit: MOST_WORDS })) {
        const found = await readWord(value, core, () => undefined)
        if ('verdict' in found && found.peer === key.name()) words.set(found.peer, found)
        else core.writes.delete(key)
      }
    }
  }
}

function keyOf(peer: PeerIdString): Key {
  return WORDS.child(new Key(peer))
}
