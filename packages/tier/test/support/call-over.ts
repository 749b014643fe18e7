import { answerCall, makeCall } from '@peerwatch/link'
import { tierTable } from '../../src/tree/calls.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { TierParts } from '../../src/tree/calls.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'

/** Calls of the table without a stream: through the codecs that one would have, to the handlers of another node. */
export function callOver(core: Core, peer: PeerIdString, reach: () => Promise<Partial<TierParts>>): TrustedLink['call'] {
  const { request, response } = tierTable
  return async (name, ask) =>
    makeCall(
      core,
      tierTable,
      {
        peer,
        exchange: async asked => {
          const parts = await reach()
          const answered = await answerCall(core, tierTable, parts as TierParts, core.self, request.decode(request.encode({ id: 1, ...asked })))
          return response.decode(response.encode({ id: 1, ...answered }))
        }
      },
      name,
      ask
    )
}
