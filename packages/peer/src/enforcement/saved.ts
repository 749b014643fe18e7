import type { Core } from '@peerwatch/link'

/** Writes; where it fails, what is in memory holds all the same, and the operator is told. `what` could not be done then. */
export async function saved(core: Pick<Core, 'log' | 'emit'>, what: string, write: () => unknown): Promise<void> {
  try {
    await write()
  } catch (error) {
    core.log.error('%s: %e', what, error)
    core.emit('alarm', { code: 'not-saved', message: `${what}: it holds until the next restart only` })
  }
}
