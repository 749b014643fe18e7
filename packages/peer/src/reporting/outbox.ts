import { Key } from 'interface-datastore'
import { inOrder } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'

/** One report on its way. */
export interface OutboxItem {
  /** Orders by window; one per (window, subject), so that a reporter never has two different ones. */
  readonly key: string
  readonly subject: PeerIdString
  readonly window: WindowNumber
  /** A draft is an encoded `Report` that waits for its stamp; else `bytes` is the encoded `Signed<Report>`. */
  readonly isDraft: boolean
  readonly bytes: Uint8Array
}

/** Reports that are not answered yet: in memory, and on disk before anybody may send them. */
export interface Outbox {
  /** Reads what an earlier run left; returns how many entries could not be read and were deleted. */
  readonly load: () => Promise<number>
  /** Resolves when the new ones are written; a key that is there already keeps its first value. Returns how many of the oldest had to go. */
  readonly add: (items: readonly OutboxItem[]) => Promise<number>
  /** Puts signed reports in the place of their drafts; those that are gone stay gone. */
  readonly replace: (items: readonly OutboxItem[]) => Promise<void>
  /** Resolves when they are off the disk. */
  readonly remove: (keys: readonly string[]) => Promise<void>
  /** Oldest first. */
  readonly items: () => MapIterator<OutboxItem>
  readonly size: () => number
}

const PREFIX = '/peerwatch/outbox'
/** First byte of a value: its format. */
const FORMAT = { draft: 1, signed: 2 } as const

export function outboxKey(window: WindowNumber, subject: PeerIdString): string {
  return `${PREFIX}/${String(window).padStart(10, '0')}/${subject}`
}

function parse(key: string, value: Uint8Array): OutboxItem | undefined {
  const [window, subject, ...rest] = key.slice(PREFIX.length + 1).split('/')
  const format = value[0]
  if (subject == null || rest.length > 0 || !/^\d{10}$/.test(window!) || (format !== FORMAT.draft && format !== FORMAT.signed)) return undefined
  return { key, subject: subject as PeerIdString, window: Number(window), isDraft: format === FORMAT.draft, bytes: value.subarray(1) }
}

function valueOf({ isDraft, bytes }: OutboxItem): Uint8Array {
  return Buffer.concat([Uint8Array.of(isDraft ? FORMAT.draft : FORMAT.signed), bytes])
}

export function outbox(datastore: Datastore, most: number): Outbox {
  const items = new Map<string, OutboxItem>()
  // a removal must not overtake the write of the same key
  const writing = inOrder()
  /** Keys that could not be deleted and are still on the disk. The next write deletes them. */
  const left = new Set<string>()
  const commit = async (puts: readonly OutboxItem[], deletes: readonly string[]): Promise<void> => {
    if (puts.length === 0 && deletes.length === 0) return
    await writing(async () => {
      const batch = datastore.batch()
      for (const item of puts) batch.put(new Key(item.key), valueOf(item))
      const put = new Set(puts.map(({ key }) => key))
      for (const key of [...left, ...deletes]) if (!put.has(key)) batch.delete(new Key(key))
      await batch.commit()
      left.clear()
    })
  }
  const oldest = (count: number): string[] => [...items.keys()].slice(0, Math.max(0, count))
  const forget = (keys: readonly string[]): void => {
    for (const key of keys) items.delete(key)
  }
  return {
    load: async () => {
      const read: OutboxItem[] = []
      const broken: string[] = []
      for await (const { key, value } of datastore.query({ prefix: `${PREFIX}/` })) {
        const item = parse(key.toString(), value)
        if (item == null) broken.push(key.toString())
        else read.push(item)
      }
      for (const item of read.toSorted((a, b) => (a.key < b.key ? -1 : 1))) items.set(item.key, item)
      const dropped = oldest(items.size - most)
      forget(dropped)
      await commit([], [...broken, ...dropped])
      return broken.length
    },
    add: async added => {
      const fresh = added.filter(({ key }) => !items.has(key))
      const excess = Math.max(0, fresh.length - most)
      const kept = fresh.slice(excess)
      const dropped = oldest(items.size + kept.length - most)
      await commit(kept, dropped)
      // only now: what a full disk refused leaves everything as it was
      forget(dropped)
      for (const item of kept) items.set(item.key, item)
      return excess + dropped.length
    },
    replace: async replacing => {
      const held = replacing.filter(({ key }) => items.has(key))
      await commit(held, [])
      for (const item of held) if (items.has(item.key)) items.set(item.key, item)
    },
    remove: async keys => {
      forget(keys)
      try {
        await commit([], keys)
      } catch (error) {
        for (const key of keys) left.add(key)
        throw error
      }
    },
    items: () => items.values(),
    size: () => items.size
  }
}
