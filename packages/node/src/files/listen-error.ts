import { NodeError } from '../errors.ts'
import type { NodeErrorCode, NodeProblem } from '../errors.ts'

/** The two things that take an address, by the flags that give it. */
export type Listener = 'node' | 'api'

const FLAGS: Readonly<Record<Listener, { readonly port: string; readonly address: string }>> = {
  node: { port: '--port or --listen', address: '--listen' },
  api: { port: '--http-port', address: '--http-host' }
}
const EVERY_ADDRESS: Readonly<Record<Listener, string>> = {
  node: '/ip4/0.0.0.0/tcp/PORT and /ip6/::/tcp/PORT are all of them, and what others dial is told with --announce',
  api: '127.0.0.1 is this machine alone'
}

const BESIDES: Readonly<Record<Listener, string>> = {
  node: '; a seed keeps the port that network.json names, which `peerwatch init --seed-port` chooses',
  api: ''
}

interface Reason {
  readonly code: NodeErrorCode
  readonly problem: (where: string, listener: Listener) => NodeProblem
}

const REASONS: Readonly<Record<string, Reason>> = {
  EADDRINUSE: {
    code: 'port-in-use',
    problem: (where, listener) => ({
      found: `${where} is in use by another program`,
      expected: 'a free port',
      remedy: `stop that program (\`peerwatch nodes\` lists your nodes), or give another port with ${FLAGS[listener].port}${BESIDES[listener]}`
    })
  },
  EADDRNOTAVAIL: {
    code: 'bad-address',
    problem: (where, listener) => ({
      found: `${where} is no address of this machine`,
      expected: 'one that it has',
      remedy: `give one with ${FLAGS[listener].address}: ${EVERY_ADDRESS[listener]}`
    })
  },
  EACCES: {
    code: 'bad-address',
    problem: (where, listener) => ({
      found: `${where} may not be listened on by this user`,
      expected: 'a port that needs no privilege',
      remedy: `give one above 1023 with ${FLAGS[listener].port}, or give the program the right (CAP_NET_BIND_SERVICE)`
    })
  }
}

/** What it means that the node cannot listen on `where`. Undefined for a code of the operating system that says nothing of the kind. */
export function listenProblem(code: string | undefined, where: string, listener: Listener): NodeProblem | undefined {
  return REASONS[code ?? '']?.problem(where, listener)
}

/** NodeError `port-in-use` or `bad-address` where a node or its API could not listen; undefined for any other error. */
export function findListenError(error: unknown, listener: Listener): NodeError | undefined {
  if (!(error instanceof Error)) return undefined
  const found = Object.entries(REASONS).find(([name]) => error.message.includes(name) || (error as NodeJS.ErrnoException).code === name)
  if (found == null) return undefined
  const [name, { code, problem }] = found
  // libp2p puts one line per address into the message; Node's own has `address:port` at the end
  const address = new RegExp(`(\\S+?):? (?:Error: )?listen ${name}|${name}:[^\\n]*?(\\S+)\\s*$`, 'm').exec(error.message)
  const where = address?.[1]?.replace(/:$/, '') ?? address?.[2] ?? 'a listen address'
  return new NodeError(code, problem(where, listener), { cause: error })
}
