import { misbehave } from '../misbehave.ts'
import { convicted } from '../trial/convicted.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** Three times the limit that the roster names. */
const STREAMS_PER_SECOND = 60

export const floods: AttackRun = {
  name: 'floods',
  does: 'A peer opens ping streams to every neighbour, at three times the signed limit.',
  takes: 'minutes',
  run: async ground =>
    convicted(ground, 'resource', `${STREAMS_PER_SECOND} streams a second to each neighbour`, (peer, isServer) =>
      misbehave(peer, 'floods', { ...ground, streamsPerSecond: STREAMS_PER_SECOND, targets: target => !isServer(target.toString()) })
    )
}
