import { isIPv4, isIPv6 } from 'node:net'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Scope } from './network.ts'

/** The group of all peers that are not on the open internet. */
export const PRIVATE_GROUP = 'private'

/**
 * The group of a peer: reports of one group count as one voice. It is the IPv4 /24 or IPv6 /48 of the address that a seed sees, never one that the peer
 * names.
 *
 * In scope `local` all peers share a few addresses, so each peer is a group.
 */
export function groupOf(remote: Multiaddr, scope: Scope, peer: PeerIdString): string {
  if (scope === 'local') return peer
  const host = hostOf(remote)
  if (host == null || isPrivate(remote)) return PRIVATE_GROUP
  return isIPv4(host) ? `${host.split('.').slice(0, 3).join('.')}.0/24` : `${host.split(':').slice(0, 3).join(':')}::/48`
}

/**
 * The addresses of a peer that other nodes may dial. In scope `public` these are the addresses in the group that a seed saw and signed, so a stranger
 * cannot send dials to a host of its choice. Names have no group. If the addresses are of several hosts of the group, none may be dialled: the seed saw
 * only one of them.
 */
export function addressesIn(group: string, addresses: readonly string[], scope: Scope, peer: PeerIdString): readonly string[] {
  if (scope === 'local') return addresses
  const inside = addresses.map(text => multiaddr(text)).filter(address => hostOf(address) != null && groupOf(address, scope, peer) === group)
  // a private network has no strangers to knock at, and one machine many addresses
  const isOfOneHost = group === PRIVATE_GROUP || new Set(inside.map(hostOf)).size <= 1
  return isOfOneHost ? inside.map(String) : []
}

/** The machine that an address belongs to: an IPv4 address, or an IPv6 /64, in which one machine has many. Undefined for names. */
export function hostOf(address: Multiaddr): string | undefined {
  const host = address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')?.value
  if (host == null || isIPv4(host)) return host
  if (!isIPv6(host)) return undefined
  const words = ipv6Words(host)
  // ::ffff:a.b.c.d is the IPv4 address, seen by a socket that speaks both
  if (words.slice(0, 5).every(word => word === 0) && words[5] === 0xffff) return [words[6]! >> 8, words[6]! & 255, words[7]! >> 8, words[7]! & 255].join('.')
  return words
    .slice(0, 4)
    .map(word => word.toString(16))
    .join(':')
}

function ipv6Words(host: string): number[] {
  // the last two words may be written as an IPv4 address
  const plain = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map(word => word.toString(16)).join(':')
  )
  const [head = '', tail] = plain.split('::')
  const before = hexWords(head)
  const after = hexWords(tail ?? '')
  return tail == null ? before : [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0), ...after]
}

function hexWords(text: string): number[] {
  return text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16))
}
