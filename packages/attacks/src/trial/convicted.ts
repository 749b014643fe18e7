import { idOf } from './ground-network.ts'
import { seconds } from './words.ts'
import type { Clock, EvictableDimension } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { Attack } from '../attackable.ts'
import type { AttackOutcome, Ground } from './attack-run.ts'
import type { GroundNetwork } from './ground-network.ts'

/** Makes a new peer misbehave once it is linked, and waits until the whole network refuses it by a certificate of that dimension. */
export async function convicted(
  ground: Ground,
  dimension: EvictableDimension,
  cost: string,
  attackOf: (peer: PeerwatchNode, isServer: (peer: string) => boolean, windowMs: number) => Attack
): Promise<AttackOutcome> {
  const net = await ground.network()
  const servers = new Set<string>([...net.seeds, ...net.trusted].map(idOf))
  const guilty = await net.addGuilty()
  await net.linkedUp(guilty)
  const attack = attackOf(guilty, peer => servers.has(peer), net.network.roster.preset.windowMs)
  ground.say('the peer is linked and misbehaves')
  return { cost, ...(await refusedByAll(ground.clock, net, guilty, dimension, attack)) }
}

/** Begins the attack of this peer, and ends it once all nodes refuse that peer. */
export async function refusedByAll(
  clock: Clock,
  net: GroundNetwork,
  guilty: PeerwatchNode,
  dimension: EvictableDimension,
  attack: Attack
): Promise<Omit<AttackOutcome, 'cost'>> {
  const sinceMs = clock.monotonicMs()
  attack.start()
  const refusing = (): PeerwatchNode[] => net.nodes().filter(({ libp2p }) => libp2p.services.peerwatch.evictions().some(({ peer }) => peer === idOf(guilty)))
  const pass = await net.until(() => refusing().length === net.nodes().length, 'all refuse it')
  attack.stop()
  const cuts = new Set(net.heard('neighbour:cut', idOf(guilty)).map(({ by }) => by)).size
  const [made] = net.heard('certificate:made', idOf(guilty))
  const signers = (made?.fields.signers as string[] | undefined)?.length ?? 0
  return {
    effect: `it misbehaved for ${seconds(clock, sinceMs)}; ${cuts} nodes saw enough of it to cut it themselves`,
    endedBy: made == null ? `${cuts} cuts, no certificate` : `a certificate of ${signers} trusted nodes for ${String(made.fields.dimension)}`,
    pass: pass && made?.fields.dimension === dimension
  }
}
