import { limit } from './limit.ts'
import type { Options } from '../option.ts'

/** How much gossip a node takes. */
export const GOSSIP = {
  'gossip.messagesPerSecond': limit('every', {
    most: 1_000_000,
    unit: 'messages per second and neighbour',
    default: 1_000,
    about: 'gossip that one neighbour may hand over, copies included; twice as much at once, the rest is dropped unread',
    raised: 'a busier network; one neighbour may cost more CPU',
    lowered: 'one neighbour can cost less CPU'
  }),
  'gossip.bytesPerSecond': limit('every', {
    most: 1_000_000_000,
    unit: 'bytes per second and neighbour',
    default: 8_388_608,
    about: 'the same for the data in it',
    raised: 'larger messages; one neighbour may take more bandwidth to others',
    lowered: 'one neighbour can take less bandwidth to others'
  })
} satisfies Options
