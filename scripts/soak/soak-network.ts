import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { privateKeyFromProtobuf, privateKeyToProtobuf, generateKeyPair } from '@libp2p/crypto/keys'
import { parseNetwork } from '@peerwatch/link'
import { planTestnet } from '@peerwatch/node/testnet'
import type { ChildProcess } from 'node:child_process'
import type { Network } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeNews, NodeOrder } from './node-process.ts'

export type SoakedRole = 'seed' | 'trusted' | 'watcher' | 'peer'

export interface SoakedNode {
  readonly role: SoakedRole
  readonly addresses: readonly string[]
  readonly held: () => Promise<Extract<NodeNews, { type: 'held' }>>
}

export interface SoakNetwork {
  readonly network: Network
  readonly nodes: readonly SoakedNode[]
  readonly stop: () => Promise<void>
}

const PROCESS_FILE = fileURLToPath(import.meta.resolve('./node-process.ts'))

/** One node of each role, each a process, since a heap belongs to a process. */
export async function soakNetwork(directory: string): Promise<SoakNetwork> {
  const plan = await planTestnet(directory, { seeds: 1, trusted: 1, peers: 1, watchers: 0 })
  const of = (role: string): (typeof plan.nodes)[number] => plan.nodes.find(node => node.role === role)!
  const watcherKey = await generateKeyPair('Ed25519')
  const watcherId = watcherKey.publicKey.toString() as PeerIdString
  const owner = privateKeyFromProtobuf(of('trusted').key!).publicKey.toString() as PeerIdString
  const children: ChildProcess[] = []
  const start = async (role: SoakedRole, order: Omit<NodeOrder, 'plan'>): Promise<SoakedNode> => {
    const child = fork(PROCESS_FILE, { execArgv: ['--expose-gc'], serialization: 'advanced' })
    children.push(child)
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the ${role} ended: ${signal ?? code}`)
    })
    ended.catch(() => {})
    const hear = async (): Promise<NodeNews> => {
      const told = new Promise<NodeNews>(resolve => {
        child.once('message', news => {
          resolve(news as NodeNews)
        })
      })
      return Promise.race([told, ended])
    }
    child.send({ ...order, plan: { directory: plan.directory, file: plan.file } } satisfies NodeOrder)
    const running = await hear()
    if (running.type !== 'running') throw new TypeError(`the ${role} said ${running.type} first`)
    const held: SoakedNode['held'] = async () => {
      const heard = hear()
      child.send('held')
      const news = await heard
      if (news.type !== 'held') throw new TypeError(`the ${role} said ${news.type}`)
      return news
    }
    return { role, addresses: running.addresses, held }
  }
  const nodes = [
    await start('seed', { planned: of('seed') }),
    await start('trusted', { planned: of('trusted'), watcherIds: [watcherId] }),
    await start('watcher', { planned: { ...of('peer'), name: 'watcher-1', key: privateKeyToProtobuf(watcherKey) }, owner }),
    await start('peer', { planned: of('peer') })
  ]
  return {
    network: await parseNetwork(plan.file),
    nodes,
    stop: async () => {
      for (const child of children.toReversed()) {
        if (child.exitCode != null) continue
        child.send('stop')
        await once(child, 'exit')
      }
    }
  }
}
