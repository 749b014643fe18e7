import { createTestnet } from './src/testnet.ts'
const t0 = performance.now()
const say = (...a: unknown[]) => console.log(((performance.now() - t0) / 1000).toFixed(1), ...a)
const names = new Map<string, string>()
const net = await createTestnet({ seeds: 2, trusted: 3, peers: 6, nodeInit: name => ({ onCreated: node => {
  names.set(node.peerId.toString(), node.name)
  const pw = node.libp2p.services.peerwatch
  for (const type of ['registry:state', 'entry:changed', 'alarm', 'peer:fault', 'report:refused', 'neighbour:dead', 'case:opened', 'neighbour:cut','peer:evicted', 'finding:signed'] as const)
    pw.addEventListener(type, (e: any) => say(node.name, type, JSON.stringify(e.detail, (k, v) => names.get(String(v)) ?? v)))
} }) })
say('up')
for (let i = 0; i < 4; i++) {
  await new Promise(r => setTimeout(r, 2000))
  say('neighbours', net.peers.map(p => p.libp2p.services.peerwatch.neighbours().length).join(' '),
    'stored', (await Promise.all(net.trusted.map(async t => t.libp2p.services.peerwatch.assembly.tier!.entry.streams()))).join(' '),
    'pending', net.peers.map(p => p.libp2p.services.peerwatch.assembly.reporting!.status().pending).join(' '),
    'ack', net.peers.map(p => p.libp2p.services.peerwatch.assembly.reporting!.status().lastAcknowledged?.window).join(' '),
    'mesh', net.peers.map(p => p.libp2p.services.pubsub.getMeshPeers('/peerwatch/testnet/chat/1').length).join(' '))
}
say(JSON.stringify(await net.peers[0]!.libp2p.services.peerwatch.standing(net.peers[1]!.peerId)))
await net.stop()
say('stopped')
