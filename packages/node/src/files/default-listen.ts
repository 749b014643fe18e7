import type { Network } from '@peerwatch/link'

/** Ordinary addresses of whoever needs no fixed one: in a network whose seeds are all on loopback that, else all of this machine; any port. */
export function defaultListen({ seeds }: Pick<Network, 'seeds'>): string[] {
  const isLoopback = seeds.every(address => /^\/(ip4\/127\.|ip6\/::1\/)/.test(address.toString()))
  return [isLoopback ? '/ip4/127.0.0.1/tcp/0' : '/ip4/0.0.0.0/tcp/0']
}
