import { isIPv4, isIPv6 } from 'node:net'
import { isLoopback } from '../loopback.ts'

export interface NodeAddresses {
  /** The address on which the node listens. */
  readonly listen: string
  /** The address that others dial. Absent: it is the same. */
  readonly announce?: string
}

/** Where node number `n` (from 1) of a role listens and is reached. Hosts that differ share the port, else ports count up. */
export function nodeAddresses(host: string, firstPort: number, n: number): NodeAddresses {
  const own = host.replaceAll('{n}', String(n))
  const port = own === host ? firstPort + n - 1 : firstPort
  const kind = isIPv4(own) ? 'ip4' : isIPv6(own) ? 'ip6' : 'dns4'
  const reached = `/${kind}/${own}/tcp/${port}`
  if (kind !== 'dns4' && isLoopback(own)) return { listen: reached }
  // A name or a public address may belong to a router or container host: listen on whatever this machine has.
  return { listen: kind === 'ip6' ? `/ip6/::/tcp/${port}` : `/ip4/0.0.0.0/tcp/${port}`, announce: reached }
}
