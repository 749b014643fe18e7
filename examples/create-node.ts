/**
 * Runs whole nodes, for a program that has no libp2p node of its own. It makes a network as `peerwatch init` does, and runs one node of each role with
 * `createNode`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@peerwatch/node'
import { loadNodeFolder } from '@peerwatch/node/files'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { readNetwork } from '@peerwatch/peer'

const folder = await mkdtemp(join(tmpdir(), 'peerwatch-node-'))
const [seedPort, trustedPort] = await freePorts(2)
await initNetwork({
  directory: join(folder, 'street'),
  name: 'street',
  preset: 'demo', // windows of 2 s; `lan` and `public` have longer ones
  seeds: 1,
  trusted: 1,
  seedPort: seedPort!,
  trustedPort: trustedPort!,
  nowMs: Date.now()
})
const network = await readNetwork(join(folder, 'street', 'public', 'network.json'))

/** A seed or trusted node has a key that the authority vouched for. */
async function rosterMember(name: string) {
  const { role, privateKey, pepper, listen } = await loadNodeFolder(join(folder, 'street', 'nodes', name))
  return createNode({ role, name, network, privateKey, dataDir: join(folder, name), ...(listen && { listen }), ...(pepper && { pepper }) })
}
const seed = await rosterMember('seed-1')
const trusted = await rosterMember('trusted-1') // with its watchers

// A peer needs the network file, no more; its key is made at the first start and kept in the data folder.
const peer = await createNode({
  role: 'peer',
  network,
  dataDir: join(folder, 'peer'),
  chat: { everyMs: 1_000 },
  onCreated: ({ libp2p }) => {
    const { peerwatch } = libp2p.services
    peerwatch.addEventListener('registry:state', ({ detail }) => console.log('registry:', detail.state, 'at', detail.seeds.length, 'seeds'))
    peerwatch.addEventListener('entry:changed', ({ detail }) => console.log('reports go to', detail.entry?.toString()))
  }
})
await new Promise(resolve => {
  peer.libp2p.services.peerwatch.addEventListener('report:acknowledged', resolve, { once: true })
})
const { role, preset, window, rosterVersion, neighbours, reportsPending } = peer.view.status() // as over HTTP: `peerwatch status`
console.log({ role, preset, window, rosterVersion, neighbours: neighbours.length, reportsPending })

for (const node of [peer, trusted, seed]) await node.stop()
await rm(folder, { recursive: true })
