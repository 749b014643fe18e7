import { createHmac } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { levelRecordStore, openStorageKey } from '@peerwatch/store'
import { logLines } from './processes.ts'
import type { NodeProcess } from './processes.ts'

/** A report by its slot: of one author about one subject in one window there is but one. */
export interface Acknowledged {
  readonly author: string
  readonly subject: string
  readonly window: number
}

/** What a node's log says was acknowledged, as told by whoever wrote the log: watchers change their key with every run. */
export function acknowledgedIn(path: string): Acknowledged[] {
  let author = ''
  return logLines(path).flatMap(line => {
    if (line.event === 'node:started') author = String(line['peer'])
    return line.event === 'report:acknowledged' ? [{ author, subject: String(line['subject']), window: Number(line['window']) }] : []
  })
}

/** The reports on the disk of a trusted node that ended: ids by slot. Reads a copy, so that looking changes nothing. */
export async function reportsOnDisk(node: NodeProcess, copyTo: string): Promise<Map<string, Set<string>>> {
  await cp(node.data, copyTo, { recursive: true })
  const store = await levelRecordStore({ path: join(copyTo, 'records'), storageKey: await openStorageKey(copyTo) })
  const slots = new Map<string, Set<string>>()
  for await (const { kind, author, subject, window, id } of store.read({ fromEpoch: 0, toEpoch: 0xffff_ffff })) {
    if (kind !== 'report') continue
    const slot = `${author} ${subject} ${window}`
    slots.set(slot, (slots.get(slot) ?? new Set()).add(id))
  }
  await store.close()
  return slots
}

/** Names the slots of reports: pseudonyms are HMAC-SHA-256 of the peer id under the pepper (docs/protocol.md, "Names"). */
export async function slotNames(pepperPath: string): Promise<(report: Acknowledged) => string> {
  const pepper = Buffer.from((await readFile(pepperPath, 'utf8')).trim(), 'hex')
  const known = new Map<string, string>()
  const pseudonym = (peer: string): string => {
    const made = known.get(peer) ?? createHmac('sha256', pepper).update(peerIdFromString(peer).toMultihash().bytes).digest('hex')
    known.set(peer, made)
    return made
  }
  return ({ author, subject, window }) => `${pseudonym(author)} ${pseudonym(subject)} ${window}`
}
