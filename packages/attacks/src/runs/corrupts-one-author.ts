import { alteredData } from '../corrupts.ts'
import { alterRelays } from '../relays.ts'
import { convicted } from '../trial/convicted.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const CHAT_EVERY_MS = 500

export const corruptsOneAuthor: AttackRun = {
  name: 'corrupts-one-author',
  does: 'A peer alters what one author wrote wherever it passes it on, and is honest about all others.',
  takes: 'minutes',
  run: async ground => {
    const net = await ground.network({ nodeInit: name => ({ log: false, ...(name.startsWith('peer') && { chat: { everyMs: CHAT_EVERY_MS } }) }) })
    const author = net.peers[0]!.peerId.toMultihash().bytes
    return convicted({ ...ground, network: async () => net }, 'integrity', 'nothing but its links: it alters one author only', peer =>
      alterRelays(peer, message =>
        message.from != null && Buffer.compare(message.from, author) === 0 ? { ...message, data: alteredData(message.data, ground.rng) } : message
      )
    )
  }
}
