import { setTimeout as pause } from 'node:timers/promises'
import { patience } from '../../test/e2e/yardstick.ts'
import type { TreeView } from '@peerwatch/node/node-view'
import type { ChaosNetwork } from './network.ts'

const LOOK_EVERY_MS = 500
/** On the reference machine, without any change of what is still missing. */
const HANGS_AFTER_MS = 180_000

/** What is still missing; empty where nothing is. */
export type Look = () => Promise<readonly string[]>

/** Waits as long as anything of it changes; rejects where it hangs, with what is missing then. */
export async function settled(what: string, look: Look): Promise<void> {
  let before = ''
  let waiting = patience(HANGS_AFTER_MS)
  for (;;) {
    const missing = await look()
    if (missing.length === 0) return
    const now = missing.join('; ')
    if (now !== before) waiting = patience(HANGS_AFTER_MS)
    before = now
    if (waiting.isOver()) throw new Error(`${what} hangs, for ${waiting.told()}: ${now}`)
    await pause(LOOK_EVERY_MS)
  }
}

/** The same as the task; rejects where it hangs. */
export async function ending<T>(what: string, task: Promise<T>): Promise<T> {
  let isOver = false
  const ended = task.finally(() => {
    isOver = true
  })
  await Promise.race([ended, settled(what, async () => (isOver ? [] : ['nothing comes of it']))])
  return ended
}

/** What is missing until all trusted nodes run, see each other in one view, and hold what is theirs. */
export async function lackingOf({ trusted, version, seeds }: Pick<ChaosNetwork, 'trusted' | 'version' | 'seeds'>): Promise<string[]> {
  const members = trusted()
  const nameOf = (id: string): string => members.find(member => member.id === id)?.name ?? id
  const trees = await Promise.all(
    members.map(async member => ({ name: member.name, tree: member.isRunning() ? await member.ask<TreeView>('/v1/tree') : undefined }))
  )
  const views = new Set(trees.map(({ tree }) => tree?.view))
  return [
    ...seeds.filter(seed => !seed.isRunning()).map(({ name }) => `${name} does not run`),
    ...trees.flatMap(({ name, tree }) => {
      if (tree?.nodes == null) return [`${name} does not answer`]
      const unreached = tree.nodes.filter(({ isReachable }) => !isReachable).map(({ node }) => nameOf(node))
      const placeless = tree.nodes.filter(({ range }) => range == null).map(({ node }) => nameOf(node))
      return [
        ...(tree.rosterVersion === version() ? [] : [`${name} has roster ${tree.rosterVersion}`]),
        ...(tree.isCaughtUp ? [] : [`${name} catches up`]),
        ...(tree.awaited.length === 0 ? [] : [`${name} awaits ${tree.awaited.map(nameOf).join(', ')}`]),
        ...(unreached.length === 0 ? [] : [`${name} does not reach ${unreached.join(', ')}`]),
        ...(placeless.length === 0 ? [] : [`${name} knows no range of ${placeless.join(', ')}`])
      ]
    }),
    ...(views.size > 1 ? [`${views.size} views`] : [])
  ]
}
