import { LIMITS } from '@peerwatch/wire'
import { peerIdBytes } from '@peerwatch/link'
import type { Timers } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { OwnRecord } from './own-record.ts'
import type { SeedLink } from './seed-links.ts'

/** Tells every seed that this node has a link to. Nothing depends on their answers. */
export interface Notices extends Pick<RegistryView, 'reportDead' | 'publish'> {
  /** Resolves when each has answered, or after so long. */
  readonly goodbye: (timeoutMs: number) => Promise<void>
}

export function notices(core: Core, own: Pick<OwnRecord, 'goodbye'>, openLinks: () => readonly SeedLink[]): Notices {
  const tellAll = (request: Parameters<SeedLink['call']>[0]): void => {
    for (const link of openLinks()) {
      link.call(request).catch((error: unknown) => {
        core.log('seed %s was not told: %e', link.seed, error)
      })
    }
  }
  const sayGoodbye = async (links: readonly SeedLink[]): Promise<void> => {
    const goodbye = await own.goodbye()
    await Promise.allSettled(links.map(async link => link.call({ goodbye })))
  }
  return {
    reportDead: peer => {
      if (core.budgets.take('dead-reports')) tellAll({ dead: [peerIdBytes(peer)] })
    },
    publish: ({ certificates = [], roster = new Uint8Array() }) => {
      tellAll({ publish: { certificates: certificates.slice(0, LIMITS.certificates), roster, votes: [] } })
    },
    goodbye: async timeoutMs => {
      const links = openLinks()
      if (links.length > 0) await withinMs(core.clock, timeoutMs, sayGoodbye(links))
    }
  }
}

async function withinMs(clock: Timers, ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const callOff = clock.after(ms, resolve)
  await Promise.race([work.catch(() => {}), late])
  callOff()
}
