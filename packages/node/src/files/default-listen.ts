import { networkInterfaces } from 'node:os'
import type { Network } from '@peerwatch/link'

const LOOPBACK = { ip4: '/ip4/127.0.0.1/tcp/0', ip6: '/ip6/::1/tcp/0' }
const EVERYWHERE = { ip4: '/ip4/0.0.0.0/tcp/0', ip6: '/ip6/::/tcp/0' }

/** Ordinary addresses of whoever needs no fixed one: in a network whose seeds are all on loopback that, else all of this machine, IPv6 too; any port. */
export function defaultListen({ seeds }: Pick<Network, 'seeds'>, hasIPv6 = machineHasIPv6()): string[] {
  const texts = seeds.map(String)
  const isLoopback = texts.every(address => /^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  const { ip4, ip6 } = isLoopback ? LOOPBACK : EVERYWHERE
  // on loopback all are where the seeds are
  const wantsIPv6 = !isLoopback || texts.some(address => address.startsWith('/ip6/'))
  return hasIPv6 && wantsIPv6 ? [ip4, ip6] : [ip4]
}

function machineHasIPv6(): boolean {
  return Object.values(networkInterfaces()).some(all => all?.some(({ family }) => family === 'IPv6') === true)
}
