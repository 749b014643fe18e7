import { goodShare } from './good-share.ts'
import type { ShownDimension } from '@peerwatch/model'

/** Answered and missed pings. */
export const liveness = { name: 'liveness', number: 1, evictable: false, theta: 0.8, ratio: goodShare } as const satisfies ShownDimension
