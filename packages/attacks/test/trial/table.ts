import type { AttackOutcome, AttackRun } from '../../src/trial/index.ts'

const outcome: AttackOutcome = { cost: 'little', effect: 'nothing', endedBy: 'itself', pass: true }
const does = 'Does something or other to somebody.'

/** What an attack can do to the process that tries it, each ahead of one that is as it should be. */
export const ATTACKS: readonly AttackRun[] = [
  { name: 'slow', does, takes: 'minutes', run: async () => outcome },
  {
    name: 'throws',
    does,
    run: async () => {
      throw new RangeError('out of its mind')
    }
  },
  {
    name: 'leaks-a-rejection',
    does,
    run: async () => {
      void Promise.reject(new TypeError('nobody heard of it'))
      return new Promise(() => {})
    }
  },
  { name: 'exits', does, run: async () => process.exit(7) },
  { name: 'quick', does, run: async ({ seed, rng }) => ({ ...outcome, cost: `${seed} ${rng().toFixed(3)}` }) },
  { name: 'fails', does, run: async () => ({ ...outcome, pass: false }) },
  {
    name: 'harms',
    does,
    run: async ({ network }) => {
      const net = await network({ seeds: 1, trusted: 1, watchers: 0, peers: 2 })
      const [honest, victim] = net.peers
      honest!.libp2p.services.peerwatch.assembly.core.emit('neighbour:cut', {
        peer: victim!.peerId,
        dimension: 'integrity',
        evidence: 'made up',
        untilWindow: 1
      })
      return outcome
    }
  }
]
