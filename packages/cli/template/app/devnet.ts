/** A network to try the application in: a seed, a trusted node and three peers in this process, until Ctrl+C. */
import { rm, writeFile } from 'node:fs/promises'
import { createTestnet, endWithStarter } from '@peerwatch/node/testnet'

endWithStarter() // npm hands on no signal, so without this line it would go on when npm is killed
const testnet = await createTestnet({ seeds: 1, trusted: 1, peers: 3 })
await rm('data', { recursive: true, force: true }) // of the network before, whose keys are gone
await writeFile('network.json', JSON.stringify(testnet.file, undefined, 2))
console.log('network.json is written: npm start in another terminal')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void testnet.stop())
