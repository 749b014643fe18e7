import { connect, createServer } from 'node:net'
import { seedElsewhereProblem } from '@peerwatch/node/files'
import { ok, problem, skipped } from './diagnosis.ts'
import type { SeedElsewhere } from '@peerwatch/node/files'
import type { Diagnosis } from './diagnosis.ts'

interface Target {
  readonly host: string
  readonly port: number
}

const CONNECT_WITHIN_MS = 3_000
const LISTEN_REMEDY = 'stop the other program, or give another address with --listen'
const HTTP_REMEDY = 'stop the other program, or give another port with --http-port'

function targetOf(address: string): Target | undefined {
  const [, host, port] = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
  return host == null || port == null ? undefined : { host, port: Number(port) }
}

export interface PortsInit {
  /** Multiaddrs. */
  readonly listen: readonly string[]
  /** Of the HTTP API; port 0 is any. */
  readonly http: Target
  /** Addresses of the node where it runs. */
  readonly running: readonly string[] | undefined
}

/** Whether this machine can listen where the node would; the ports of a node that runs are its own. */
export async function checkPorts({ listen, http, running }: PortsInit): Promise<Diagnosis[]> {
  if (running != null) return [ok('ports', running.length === 0 ? 'the node listens nowhere' : `the node listens at ${running.join(', ')}`)]
  const targets = listen.map(targetOf).filter(target => target != null)
  const checks = [...targets.map(async target => canListen(target, LISTEN_REMEDY)), ...(http.port === 0 ? [] : [canListen(http, HTTP_REMEDY)])]
  return checks.length === 0 ? [skipped('ports', 'no fixed address to listen on')] : Promise.all(checks)
}

async function canListen({ host, port }: Target, remedy: string): Promise<Diagnosis> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(problem('ports', 'failed', `cannot listen at ${host}:${port} (${error.code ?? error.message})`, remedy))
    })
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve(ok('ports', port === 0 ? `any port of ${host}` : `${host}:${port} is free`))
      })
    })
  })
}

/** Of a seed that nobody finds; of any other node nothing is to be said. */
export function checkPlace(elsewhere: SeedElsewhere | undefined): Diagnosis[] {
  if (elsewhere == null) return []
  const { found, remedy } = seedElsewhereProblem(elsewhere)
  return [problem('place', 'failed', found, remedy)]
}

/** One seed that can be reached is enough to start with. */
export async function checkSeeds(seeds: readonly string[]): Promise<Diagnosis[]> {
  const targets = seeds.map(targetOf).filter(target => target != null)
  const found = await Promise.all(targets.map(async target => ({ target, trouble: await connectTrouble(target) })))
  const lost = found.filter(({ trouble }) => trouble != null)
  if (lost.length === 0) return [ok('seeds', `${found.length} of ${found.length} can be reached`)]
  const names = lost.map(({ target: { host, port }, trouble }) => `${host}:${port} (${trouble})`).join(', ')
  const state = lost.length === found.length ? 'failed' : 'warning'
  return [
    problem(
      'seeds',
      state,
      `${lost.length} of ${found.length} cannot be reached: ${names}`,
      'see whether they run, and whether a firewall lets this machine out'
    )
  ]
}

async function connectTrouble({ host, port }: Target): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: CONNECT_WITHIN_MS })
    const finish = (trouble?: string): void => {
      socket.destroy()
      resolve(trouble)
    }
    socket.once('connect', () => {
      finish()
    })
    socket.once('timeout', () => {
      finish('no answer')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      finish(error.code ?? error.message)
    })
  })
}
