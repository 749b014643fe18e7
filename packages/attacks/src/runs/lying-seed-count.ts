import { messages, PROTOCOLS } from '@peerwatch/wire'
import { liar } from '../trial/altered-answers.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const LIAR = 'seed-1'
const TOLD_COUNT = 10_000_000
const WINDOWS_COUNT = 3

export const lyingSeedCount: AttackRun = {
  name: 'lying-seed-count',
  does: 'A seed says that ten million peers are registered: by so many a trusted node may evict, and a peer shares out guests.',
  takes: 'windows',
  damages: true,
  run: async ({ network }) => {
    let liesCount = 0
    const nodeInit = liar(LIAR, PROTOCOLS.registry, messages.registryResponse, answer => {
      if (answer.registered === 0) return answer
      liesCount++
      return { ...answer, registered: TOLD_COUNT }
    })
    const net = await network({ nodeInit })
    const asking = [...net.trusted, ...net.peers]
    const heard = liesCount
    let most = 0
    const look = (): boolean => {
      most = Math.max(most, ...asking.map(({ libp2p }) => libp2p.services.peerwatch.assembly.registry.registeredCount()))
      return false
    }
    const isHeard = await net.until(() => look() || liesCount >= heard + asking.length, 'all hear the lie')
    await net.until(look, 'some windows of lies', WINDOWS_COUNT)
    return {
      cost: `the place of one of ${net.seeds.length} seeds`,
      effect: `it said ${liesCount} times that ${TOLD_COUNT} are registered; no peer and no trusted node went by more than ${most}`,
      endedBy: 'nothing needs to: of what the seeds say the middle counts, and of two the smaller',
      pass: isHeard && most > 0 && most <= net.nodes().length
    }
  }
}
