/** Many js-libp2p hosts in one process: the counterpart of interop/go/cmd/hosts, with the same lines on stdin and stdout. */
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { systemClock } from '@peerwatch/model/system-clock'
import { rememberProtocols } from '../../packages/node/src/thrift/known-protocols.ts'
import { plainHost, plainServices } from '../worker/plain-host.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'

const TOPIC = '/peerwatch/bench/chat/1'
const LANGUAGE = 0
const LANGUAGES = ['js', 'go'] as const
const HEADER_BYTES = 9

const latencies: Record<(typeof LANGUAGES)[number], number[]> = { js: [], go: [] }
const hosts: Libp2p<{ pubsub: GossipSub }>[] = []
let published = 0
let publishing: NodeJS.Timeout | undefined

/** The machine's monotonic clock, the same in every process. */
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

function tell(fields: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`)
}

async function start(): Promise<string> {
  const libp2p = await createLibp2p({ ...plainHost(), connectionMonitor: { enabled: false }, services: plainServices() })
  rememberProtocols(libp2p.peerStore, systemClock)
  libp2p.services.pubsub.addEventListener('message', ({ detail: { topic, data } }) => {
    if (topic !== TOPIC || data.byteLength < HEADER_BYTES) return
    const view = new DataView(data.buffer, data.byteOffset)
    latencies[LANGUAGES[view.getUint8(8) === LANGUAGE ? 0 : 1]].push(nowMs() - view.getFloat64(0))
  })
  libp2p.services.pubsub.subscribe(TOPIC)
  hosts.push(libp2p)
  return libp2p.getMultiaddrs()[0]!.toString()
}

function publish(everyMs: number, bytes: number): void {
  publishing = setInterval(() => {
    const data = new Uint8Array(Math.max(bytes, HEADER_BYTES))
    const view = new DataView(data.buffer)
    view.setFloat64(0, nowMs())
    view.setUint8(8, LANGUAGE)
    void hosts[published++ % hosts.length]!.services.pubsub.publish(TOPIC, data)
  }, everyMs)
}

const commands: Record<string, (...words: string[]) => unknown> = {
  dial: async (from = '', to = '') => {
    await hosts[Number(from)]!.dial(multiaddr(to))
    tell({ event: 'dialled' })
  },
  publish: (everyMs, bytes) => publish(Number(everyMs), Number(bytes)),
  rest: () => clearInterval(publishing),
  deliveries: () => tell({ event: 'deliveries', published, ...latencies }),
  quit: () => process.exit(0)
}

const addresses: string[] = []
for (let count = Number(process.argv[2] ?? 20); count > 0; count--) addresses.push(await start())
createInterface(process.stdin)
  .on('line', line => {
    const [command = '', ...words] = line.split(' ')
    void commands[command]?.(...words)
  })
  .on('close', () => process.exit(0))
tell({ event: 'ready', peer: '', addresses })
