import { createHmac } from 'node:crypto'
import { cp, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { placeOf, PRESETS, epochOf } from '@peerwatch/model'
import { levelRecordStore, openStorageKey } from '@peerwatch/store'
import { slotText } from './compare.ts'
import type { PeerIdString, Pseudonym } from '@peerwatch/model'
import type { Disk, Due, Slot, Stored } from './compare.ts'
import type { Member } from './member.ts'

const LAST_EPOCH = 0xffff_ffff

/** What is on a member's disk. Reads a copy: looking changes nothing, and it may run meanwhile, as long as it writes little. */
export async function diskOf({ name, id, data }: Member, root: string): Promise<Disk> {
  const copy = join(root, 'copies', name)
  await rm(copy, { recursive: true, force: true })
  await cp(data, copy, { recursive: true, filter: path => basename(path) !== 'filler' && !path.endsWith('.jsonl') && basename(path) !== 'datastore' })
  const store = await levelRecordStore({ path: join(copy, 'records'), storageKey: await openStorageKey(copy) })
  const held = new Map<string, Stored>()
  try {
    for await (const { kind, author, subject, window, id: record, place, epoch } of store.read({ fromEpoch: 0, toEpoch: LAST_EPOCH })) {
      if (kind !== 'report') continue
      const slot = slotText({ author, subject, window })
      held.set(slot, { place, epoch, ids: [...(held.get(slot)?.ids ?? []), record] })
    }
    return { node: id as PeerIdString, held, floor: store.floor() }
  } finally {
    await store.close()
    await rm(copy, { recursive: true, force: true })
  }
}

/** Where each acknowledged report lies: pseudonyms are HMAC-SHA-256 of the peer id under the pepper (docs/protocol.md, "Names"). */
export async function dueOf(slots: readonly Slot[], pepperPath: string): Promise<Due[]> {
  const pepper = Buffer.from((await readFile(pepperPath, 'utf8')).trim(), 'hex')
  const known = new Map<string, Pseudonym>()
  const pseudonym = (peer: string): Pseudonym => {
    const made = known.get(peer) ?? (createHmac('sha256', pepper).update(peerIdFromString(peer).toMultihash().bytes).digest('hex') as Pseudonym)
    known.set(peer, made)
    return made
  }
  return slots.map(({ author, subject, window }) => ({
    slot: slotText({ author: pseudonym(author), subject: pseudonym(subject), window }),
    place: placeOf(pseudonym(subject)),
    epoch: epochOf(window, PRESETS.demo.epochWindows)
  }))
}
