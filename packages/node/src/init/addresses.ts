import { isIPv4, isIPv6 } from 'node:net'

export interface NodeAddresses {
  /** What the node listens on. */
  readonly listen: string
  /** What others dial; absent where it is the same. */
  readonly announce?: string
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** Where node number `n` (from 1) of a role listens and is reached. Hosts that differ share the port, else ports count up. */
export function nodeAddresses(host: string, firstPort: number, n: number): NodeAddresses {
  const own = host.replaceAll('{n}', String(n))
  const port = own === host ? firstPort + n - 1 : firstPort
  const kind = isIPv4(own) ? 'ip4' : isIPv6(own) ? 'ip6' : 'dns4'
  const reached = `/${kind}/${own}/tcp/${port}`
  if (isLoopback(own)) return { listen: reached }
  // A name or a public address may belong to a router or container host: listen on whatever this machine has.
  return { listen: kind === 'ip6' ? `/ip6/::/tcp/${port}` : `/ip4/0.0.0.0/tcp/${port}`, announce: reached }
}
