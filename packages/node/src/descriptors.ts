import { open } from 'node:fs/promises'
import { repeat } from '@peerwatch/model'
import type { CallOff, Timers } from '@peerwatch/model'

const LOOKS_EVERY_MS = 1_000
const SPENT_CODES = new Set(['EMFILE', 'ENFILE'])

/**
 * Tells each time that this process has run out of file descriptors. Nobody else does: Node accepts connections with a last spare descriptor
 * and closes them at once, so that a server sees none and a client sees one that hangs up.
 */
export function watchDescriptors(timers: Timers, tell: (message: string) => void): CallOff {
  let isSpent = false
  const look = async (): Promise<void> => {
    try {
      await (await open(process.execPath, 'r')).close()
      isSpent = false
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!SPENT_CODES.has(code) || isSpent) return
      isSpent = true
      const whose = code === 'EMFILE' ? 'this process' : 'this machine'
      tell(
        `${whose} has no file descriptor left (${code}): connections, dials and commands fail until some are closed; raise the limit (ulimit -n, LimitNOFILE)`
      )
    }
  }
  return repeat(timers, LOOKS_EVERY_MS, () => {
    void look()
  })
}
