import { createTestnet } from '@peerwatch/node/testnet'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
const wait = (ms: number) => new Promise(r => setTimeout(r, ms))
const net = await createTestnet({ seeds: 1, trusted: 1, peers: 7, watchers: 0, preset: 'demo', nodeInit: () => ({ neighbours: { targetDegree: 3 } }) } as never)
await wait(6000)
const N = (v: any) => v.libp2p.services.peerwatch
const degrees = () => net.peers.map((p: any) => N(p).neighbours().length + '/' + p.libp2p.getConnections().filter((c: any) => c.direction === 'outbound').length).join(' ')
console.log('links', degrees())
const victim: any = net.peers[0]
const address = victim.libp2p.getMultiaddrs()
const again: any = net.restart(victim)
const sybils = await Promise.all(Array.from({ length: 3 }, async () => {
  const n = await createLibp2p({ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], services: { identify: identify(), ping: ping() }, connectionMonitor: { enabled: false } })
  for (let i = 0; i < 100 && n.getConnections().length === 0; i++) { await n.dial(address).catch(() => wait(50)) }
  return n
}))
const v: any = await again
const ids = new Set(net.peers.map((p: any) => p.libp2p.peerId.toString()))
const told: string[] = []
N(v).addEventListener('neighbour:turned-away', (e: any) => told.push(e.detail.why))
N(v).addEventListener('alarm', (e: any) => told.push(e.detail.code))
const show = (at: string) => {
  const list = N(v).neighbours()
  const honest = list.filter((n: any) => ids.has(n.peer))
  console.log(at, 'honest', honest.length, 'outbound', honest.filter((n: any) => n.direction === 'outbound').length, 'sybils', list.length - honest.length, told.join())
}
for (const s of [4, 8, 12]) { await wait(4000); show(s + ' s') }
const out = N(v).neighbours().find((n: any) => ids.has(n.peer) && n.direction === 'outbound')
const gone: any = net.peers.find((p: any) => p.libp2p.peerId.toString() === out?.peer)
await gone?.stop(); ids.delete(out?.peer)
for (const s of [4, 8]) { await wait(4000); show('churn ' + s + ' s') }
process.exit(0)
