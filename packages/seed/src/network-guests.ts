import { repeat } from '@peerwatch/model'
import { readPeerId } from '@peerwatch/link'
import type { CallOff } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'
import type { RegistryServer } from './registry-server.ts'

/** How long a seed vouches for a guest of `network.json`. A seed that is gone for good vouches for nobody much longer. */
const FOR_MS = 24 * 60 * 60 * 1000

/** Admits the guests that `network.json` names, and admits each again long before it expires. */
export function networkGuests(core: Core, server: Pick<RegistryServer, 'addGuest'>): Part {
  let callOff: CallOff | undefined

  const admit = async (): Promise<void> => {
    for (const address of core.network.guests) {
      const named = address.getComponents().findLast(({ name }) => name === 'p2p')?.value
      if (named == null) continue
      const peer = readPeerId(named)
      await server.addGuest(peer, [address.toString()], FOR_MS).catch((error: unknown) => {
        core.emit('alarm', { code: 'guest-not-admitted', message: `guest ${peer} of network.json: ${error instanceof Error ? error.message : String(error)}` })
      })
    }
  }
  return {
    start: async () => {
      if (core.network.guests.length === 0) return
      callOff = repeat(core.clock, FOR_MS / 2, () => void admit())
      await admit()
    },
    stop: () => {
      callOff?.()
    }
  }
}
