import { alteredData } from '../corrupts.ts'
import { alterRelays } from '../relays.ts'
import { refusedFor } from '../trial/crafted-gossip.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const CHAT_EVERY_MS = 500
const WINDOWS_COUNT = 4

export const spoilsSignatures: AttackRun = {
  name: 'spoils-signatures',
  does: 'A peer alters the gossip that it passes on, and its signature too, so that nothing proves it.',
  takes: 'windows',
  run: async ({ network, rng }) => {
    const net = await network({ nodeInit: name => ({ log: false, ...(name.startsWith('peer') && { chat: { everyMs: CHAT_EVERY_MS } }) }) })
    const guilty = await net.addGuilty()
    await net.linkedUp(guilty)
    const attack = alterRelays(guilty, message => ({ ...message, data: alteredData(message.data, rng), signature: alteredData(message.signature, rng) }))
    attack.start()
    const isRefused = await net.until(() => refusedFor(net, 'signature') > 0, 'copies of it are refused')
    await net.until(() => false, 'some windows of it', WINDOWS_COUNT)
    attack.stop()
    const cuts = net.heard('neighbour:cut').length
    return {
      cost: 'its links: what it passes on is worth nothing to anybody',
      effect: `${refusedFor(net, 'signature')} copies were dropped; ${cuts} links were cut, its own and those of the honest counted`,
      endedBy: 'nothing: a wrong signature alone proves nothing; the messages come from others',
      pass: isRefused && cuts === 0 && net.heard('peer:evicted', idOf(guilty)).length === 0
    }
  }
}
