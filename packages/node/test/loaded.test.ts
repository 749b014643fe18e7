import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const PREAMBLE = `
import { createRequire } from 'node:module'
const modules = createRequire(${JSON.stringify(import.meta.url)}).cache
const testnet = await import(${JSON.stringify(new URL('../src/testnet.ts', import.meta.url))})
const tell = () => console.log(JSON.stringify([...process.moduleLoadList, ...Object.keys(modules)]))
`

/** What a process has loaded each time that the script tells. */
async function loadedBy(script: string): Promise<string[][]> {
  const source = `data:text/javascript,${encodeURIComponent(`${PREAMBLE}${script}\nprocess.exit()`)}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', source, import.meta.filename])
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as string[])
}

function found(loaded: readonly string[] | undefined): string[] {
  return ['internal/deps/undici', 'NativeModule http', 'NativeModule https', 'node_modules/fastify/', 'node_modules/prom-client/', 'node_modules/ws/'].filter(
    name => loaded?.some(each => each.endsWith(name) || (name.includes('/') && each.includes(name)))
  )
}

test('a host without an API loads no HTTP client, no server and no exporter of metrics', async () => {
  const [loaded] = await loadedBy('tell()')
  assert.deepEqual(found(loaded), [])
})

test('N94: a node with an API and with metrics of its process loads what shows them with the first request', async () => {
  const [before, after] = await loadedBy(`
const net = await testnet.createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 0, nodeInit: name => ({ http: name === 'seed-1' ? {} : false, libp2pMetrics: true }) })
const { createConnection } = await import('node:net')
const { readFile } = await import('node:fs/promises')
tell()
const { address } = JSON.parse(await readFile(net.seeds[0].dataDir + '/api.json', 'utf8'))
const { hostname, port } = new URL(address)
const socket = createConnection({ host: hostname, port: Number(port) })
socket.write('GET /metrics HTTP/1.1\\r\\nHost: ' + hostname + ':' + port + '\\r\\nConnection: close\\r\\n\\r\\n')
let page = ''
for await (const bytes of socket) page += bytes
for (const name of ['peerwatch_roster_version', 'libp2p_registrar_topologies', 'process_cpu_seconds_total', 'nodejs_memory_total_bytes']) {
  if (!page.includes('# TYPE ' + name)) throw new Error('no ' + name + ' in ' + page)
}
tell()
await net.stop()`)
  assert.deepEqual(found(before), [])
  assert.deepEqual(found(after), ['NativeModule http', 'NativeModule https', 'node_modules/fastify/', 'node_modules/prom-client/'])
})
