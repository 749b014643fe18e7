import { inOrder } from '@peerwatch/model'
import { changesBetween } from '@peerwatch/node/config'
import { loadConfig } from './load-config.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeLiveOptions } from '@peerwatch/node'
import type { Change, Config } from '@peerwatch/node/config'
import type { Role } from '@peerwatch/node/roles'
import type { ReloadView } from '@peerwatch/node/node-view'
import type { ConfigRequest } from './load-config.ts'

export interface ReloadingInit {
  readonly role: Role
  readonly request: ConfigRequest
  /** With which the node was started. */
  readonly config: Config
  readonly configure: (options: NodeLiveOptions) => void
}

/** Reads the configuration again, one reading after the other, and applies what changed. Rejects where it is wrong; nothing has changed then. */
export function reloading({ role, request, config, configure }: ReloadingInit): () => Promise<ReloadView> {
  let inForce = config
  const reading = inOrder()
  const once = async (): Promise<ReloadView> => {
    const next = await loadConfig(request)
    const { live: changed } = changesBetween(inForce, next, role)
    configure(liveOptions(next, changed))
    inForce = next
    // options that need a restart are compared with those of the start, so each is told as long as it waits
    return { changed, restart: changesBetween(config, next, role).restart }
  }
  return async () => reading(once)
}

function liveOptions(config: Config, changed: readonly Change[]): NodeLiveOptions {
  const has = (...names: Change['name'][]): boolean => changed.some(({ name }) => names.includes(name))
  const level = config.get('log.level')
  const everyMs = config.get('chat.everyMs')
  return {
    ...(has('log.level') && level != null && { logLevel: level }),
    ...(has('chat.everyMs') && everyMs != null && { chatEveryMs: everyMs }),
    ...(has('neverEvict') && { neverEvict: config.get('neverEvict') as readonly PeerIdString[] }),
    ...(has('targetDegree', 'maxDegree') && { neighbours: { targetDegree: config.given('targetDegree'), maxDegree: config.given('maxDegree') } })
  }
}
