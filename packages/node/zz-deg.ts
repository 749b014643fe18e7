import { createTestnet } from '@peerwatch/node/testnet'
const wait = (ms: number) => new Promise(r => setTimeout(r, ms))
const net = await createTestnet({ seeds: 1, trusted: 1, peers: 24, watchers: 0, preset: 'demo' } as never)
for (let at = 0; at < 4; at++) {
  await wait(10000)
  const d = net.peers.map((p: any) => p.libp2p.services.peerwatch.neighbours().filter((n: any) => n.state === 'connected'))
  const degrees = d.map((l: any) => l.length)
  const out = d.map((l: any) => l.filter((n: any) => n.direction === 'outbound').length)
  console.log(at, 'mean links', (degrees.reduce((a: number, b: number) => a + b, 0) / d.length).toFixed(1), 'least', Math.min(...degrees), 'most', Math.max(...degrees), 'outbound least', Math.min(...out), 'cpu s', ((process.cpuUsage().user + process.cpuUsage().system) / 1e6).toFixed(1))
}
process.exit(0)
