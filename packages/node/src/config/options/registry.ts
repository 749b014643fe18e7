import { DAY_MS, limit } from './limit.ts'
import type { Options } from '../option.ts'

/** Limits of a seed. */
export const REGISTRY = {
  'registry.mostPeers': limit('registry', {
    most: 10_000_000,
    unit: 'peers',
    default: 100_000,
    about: 'registered peers; beyond it, one of the largest group makes room for one of a smaller group, or the new one is refused',
    raised: 'a larger network, at about 2 KB each',
    lowered: 'less memory under a flood of names'
  }),
  'registry.mostStreams': limit('registry', {
    most: 1_000_000,
    unit: 'streams',
    default: 10_000,
    about: 'peers that are connected to this seed at a time; beyond it, one of the largest group makes room, and roster members get in',
    raised: 'more peers hear of changes at once',
    lowered: 'less memory and fewer open sockets'
  }),
  'registry.mostGuests': limit('registry', {
    most: 1_000_000,
    unit: 'guests',
    default: 1_000,
    about: 'entries for peers that speak no Peerwatch',
    raised: 'more of them are found',
    lowered: 'a flood of invented guests costs less'
  }),
  'registry.expiryWindows': limit('registry', {
    most: 10_000,
    unit: 'windows',
    default: 10,
    about: 'a registration that is not renewed for so long is dropped',
    raised: 'peers survive longer outages of the seed, and dead ones are listed longer',
    lowered: 'the list is fresher'
  }),
  'registry.expiryLeastMs': limit('registry', {
    most: DAY_MS,
    unit: 'ms',
    default: 60_000,
    about: 'but not before this time',
    raised: 'the same as registry.expiryWindows, for short windows',
    lowered: 'the same as registry.expiryWindows, for short windows'
  }),
  'registry.registerWithinMs': limit('registry', {
    most: DAY_MS,
    unit: 'ms',
    default: 10_000,
    about: 'a stream on which nobody registers is closed after so long',
    raised: 'slow peers get in',
    lowered: 'idle strangers hold fewer streams'
  }),
  'registry.costPerSecond': limit('registry', {
    most: 1_000_000,
    unit: 'requests per second and peer',
    default: 20,
    about: 'requests, and things to check within them, that one peer may make',
    raised: 'peers with much churn around them are served sooner',
    lowered: 'one peer can cost less CPU'
  }),
  'registry.costBurst': limit('registry', {
    most: 1_000_000,
    unit: 'requests',
    default: 400,
    about: 'the same, at once',
    raised: 'bursts after an outage are served',
    lowered: 'one peer can cost less CPU at once'
  }),
  'registry.refusedMost': limit('registry', {
    most: 1_000_000,
    unit: 'requests',
    default: 100,
    about: 'refused requests in a row after which a stream is cut',
    raised: 'broken peers get more patience',
    lowered: 'they are cut sooner'
  }),
  'registry.mostDeathTests': limit('registry', {
    most: 100_000,
    unit: 'peers',
    default: 256,
    about: 'peers tested for death at a time; more reports are dropped',
    raised: 'a large outage is cleared sooner',
    lowered: 'false reports cost fewer dials'
  }),
  'registry.dialBacksAtOnce': limit('registry', {
    most: 1_000,
    unit: 'dials',
    default: 8,
    about: 'addresses dialled back at a time',
    raised: 'newcomers are known to be reachable sooner',
    lowered: 'fewer sockets'
  }),
  'registry.dialBackTimeoutMs': limit('registry', {
    most: 600_000,
    unit: 'ms',
    default: 5_000,
    about: 'until a dial-back counts as failed',
    raised: 'slow peers count as reachable',
    lowered: 'those behind a firewall are told sooner'
  }),
  'registry.dialBackTries': limit('registry', {
    most: 100,
    unit: 'dials',
    default: 3,
    about: 'failed dial-backs after which a peer counts as unreachable for good',
    raised: 'a busy machine is forgiven more',
    lowered: 'fewer dials'
  })
} satisfies Options
