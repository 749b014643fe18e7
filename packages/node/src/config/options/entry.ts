import { limit } from './limit.ts'
import type { Options } from '../option.ts'

/** Limits of a trusted node as an entry for reports. */
export const ENTRY = {
  'entry.credits': limit('tier', {
    most: 1_000_000,
    unit: 'reports',
    default: 512,
    about: 'reports of one stream that may wait for an answer',
    raised: 'faster over long links, at more memory',
    lowered: 'one reporter takes less memory'
  }),
  'entry.streamsPerPeer': limit('tier', {
    most: 1_000,
    unit: 'streams',
    default: 3,
    about: 'report streams of one peer; one of them may only ask the time',
    raised: 'overlapping restarts of a peer are served',
    lowered: 'one peer takes fewer'
  }),
  'entry.streams': limit('tier', {
    most: 1_000_000,
    unit: 'streams',
    default: 2_048,
    about: 'report streams in all; one more is refused and goes to the other entry',
    raised: 'a larger network per trusted node',
    lowered: 'less memory and fewer sockets'
  }),
  'entry.underWay': limit('tier', {
    most: 10_000_000,
    unit: 'reports',
    default: 8_192,
    about: 'reports under way over all streams; beyond it the answer is `busy`',
    raised: 'larger bursts are taken, at about 2 KB each',
    lowered: 'less memory'
  }),
  'entry.faults': limit('tier', {
    most: 1_000_000,
    unit: 'faults',
    default: 32,
    about: "faults after which a sender's stream is cut; one is forgotten per window",
    raised: 'broken peers get more patience',
    lowered: 'they are cut sooner'
  })
} satisfies Options
