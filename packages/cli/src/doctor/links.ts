import { createServer } from 'node:net'
import { listenProblem, seedElsewhereProblem } from '@peerwatch/node/files'
import { ok, problem, skipped } from './diagnosis.ts'
import type { SeedElsewhere } from '@peerwatch/node/files'
import type { Diagnosis } from './diagnosis.ts'

interface Target {
  readonly host: string
  readonly port: number
}

function targetOf(address: string): Target | undefined {
  const [, host, port] = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
  return host == null || port == null ? undefined : { host, port: Number(port) }
}

export interface PortsInit {
  /** Multiaddrs; empty where nobody says. */
  readonly listen: readonly string[]
  /** Of the HTTP API, where it is not any port of the default address. */
  readonly http: Target | undefined
  /** Addresses of the node where it runs. */
  readonly running: readonly string[] | undefined
}

/** Whether this machine can listen where the node would; the ports of a node that runs are its own. */
export async function checkPorts({ listen, http, running }: PortsInit): Promise<Diagnosis[]> {
  if (running != null) return [ok('ports', running.length === 0 ? 'the node listens nowhere' : `the node listens at ${running.join(', ')}`)]
  const targets = listen.map(targetOf).filter(target => target != null)
  const checks = [...targets.map(async target => canListen(target, 'node')), ...(http == null ? [] : [canListen(http, 'api')])]
  const unknown = listen.length === 0 ? [skipped('ports', 'without a network it is not known where the node would listen', 'give it with --network')] : []
  return [...unknown, ...(await Promise.all(checks))]
}

async function canListen({ host, port }: Target, listener: 'node' | 'api'): Promise<Diagnosis> {
  const name = host.includes(':') ? `[${host}]` : host
  const where = port === 0 ? name : `${name}:${port}`
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { found, expected, remedy } = listenProblem(error.code, where, listener) ?? {
        found: `${where} cannot be listened on (${error.code ?? error.message})`,
        expected: 'an address of this machine',
        remedy: 'give another one'
      }
      resolve(problem('ports', 'failed', `${found}; expected ${expected}`, remedy))
    })
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve(ok('ports', port === 0 ? `any port of ${name}` : `${where} is free`))
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
