import { join } from 'node:path'
import { candidatesOf, DEFAULT_COPIES } from '@peerwatch/trust-tree'
import { compared } from './compare.ts'
import { diskOf, dueOf } from './disks.ts'
import { lackingOf, settled } from './whole.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { HistoryView, TreeView } from '@peerwatch/node/node-view'
import type { Compared, Slot } from './compare.ts'
import type { Member } from './member.ts'
import type { ChaosNetwork } from './network.ts'

/** Windows that one answer has, at most. */
const WINDOWS_READ = 360

type Candidates = (place: Place) => readonly PeerIdString[]

/** Of each place, where no move is under way. */
export async function candidatesNow(net: ChaosNetwork): Promise<Candidates> {
  const tree = await net.trusted()[0]!.ask<TreeView>('/v1/tree')
  if (tree == null) throw new Error(`${net.trusted()[0]!.name} does not tell the tree`)
  const ring = tree.nodes.flatMap(({ node, range }) => (range == null ? [] : [{ node: node as PeerIdString, start: range.from as Place }]))
  return place => candidatesOf({ ring }, place, DEFAULT_COPIES).current
}

export async function disksCompared(net: ChaosNetwork, acknowledged: readonly Slot[], candidates: Candidates): Promise<Compared> {
  const disks = []
  for (const member of net.trusted()) disks.push(await diskOf(member, net.root))
  const due = await dueOf(acknowledged, join(net.root, 'net', 'nodes', 'trusted-1', 'pepper'))
  return compared(due, disks, candidates, DEFAULT_COPIES)
}

/**
 * Until all who hold a report hold the same, and nobody holds what is not its own, as long as anything changes; nobody writes any more. Nobody helps: no
 * node is started again. Resolves with how many reports lay last where they do not belong: where it hangs, the disks tell the rest.
 */
export async function levelled(net: ChaosNetwork, acknowledged: readonly Slot[], note: (line: string) => void): Promise<number> {
  let told = ''
  let surplusCount = 0
  const look = async (): Promise<readonly string[]> => {
    // the loads have changed: starts may move once more
    const lacking = await lackingOf(net)
    if (lacking.length > 0) return lacking
    let now = 'the disks cannot be read'
    try {
      const { lost, unequal, surplus } = await disksCompared(net, acknowledged, await candidatesNow(net))
      surplusCount = surplus.length
      if (lost.length + unequal.length + surplus.length === 0) return []
      now = `${lost.length} lost, ${unequal.length} not held by all, ${surplus.length} where they do not belong`
    } catch (error) {
      // a database that was copied while it was written
      note(`a copy cannot be read: ${String(error)}`)
    }
    if (now !== told) note(`by the disks: ${now}`)
    told = now
    return [now]
  }
  await settled('levelling', look).catch((error: unknown) => {
    note(String(error))
  })
  return surplusCount
}

/**
 * Reads all that is acknowledged at every trusted node, again and again where an answer is not complete or lacks reports, as long as these get fewer: a
 * node that is slow may miss another one for a while. Tells of each answer that stays so.
 */
export async function readBack(
  net: ChaosNetwork,
  subjects: readonly PeerIdString[],
  acknowledged: readonly Slot[]
): Promise<{ reads: number; wanting: readonly string[] }> {
  const due = new Map<string, Map<number, number>>()
  for (const { subject, window } of acknowledged) {
    const windows = due.get(subject) ?? new Map<number, number>()
    due.set(subject, windows.set(window, (windows.get(window) ?? 0) + 1))
  }
  const wantingOf = async ({ name, ask }: Member, subject: PeerIdString): Promise<string | undefined> => {
    const read = await ask<HistoryView>(`/v1/standing/${subject}/history?windows=${WINDOWS_READ}`)
    const less = read?.windows?.filter(({ window, reporters }) => reporters < (due.get(subject)?.get(window) ?? 0)) ?? []
    if (read?.isComplete === true && less.length === 0) return undefined
    const what =
      read?.isComplete === true
        ? `lacks reports of windows ${less.map(({ window }) => window).join(', ')}`
        : `is not complete: ${JSON.stringify(read)?.slice(0, 100)}`
    return `the answer of ${name} about ${subject} ${what}`
  }
  const reads = net.trusted().flatMap(member => subjects.filter(subject => due.has(subject)).map(subject => ({ member, subject })))
  let left = reads
  let wanting: readonly string[] = []
  const look = async (): Promise<readonly string[]> => {
    const found = []
    for (const read of left) found.push({ read, what: await wantingOf(read.member, read.subject) })
    left = found.flatMap(({ read, what }) => (what == null ? [] : [read]))
    wanting = found.flatMap(({ what }) => what ?? [])
    // by number alone: what an answer says may change for ever
    return wanting.length === 0 ? [] : [`${wanting.length} answers`]
  }
  await settled('reading', look).catch(() => {})
  return { reads: reads.length, wanting }
}
