import type { ComponentLogger, Logger } from '@libp2p/interface'

const silent = (): void => {}
const quiet: Logger = Object.assign(silent, { error: silent, trace: silent, enabled: false, newScope: () => quiet })

/**
 * libp2p's logger where nobody listens: three loggers are made for each stream otherwise, with a system call each.
 *
 * @returns undefined where `DEBUG` asks for logs: libp2p's own logger is to be taken then
 */
export function quietLogger(): ComponentLogger | undefined {
  return process.env['DEBUG'] ? undefined : { forComponent: () => quiet }
}
