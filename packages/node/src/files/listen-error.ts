import { NodeError } from '../errors.ts'

const REASONS: Record<string, string> = {
  EADDRINUSE: 'is in use by another program',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be used by this user'
}

/** NodeError `port-in-use` where a node or its API could not listen; undefined for any other error. */
export function findListenError(error: unknown): NodeError | undefined {
  if (!(error instanceof Error)) return undefined
  const code = Object.keys(REASONS).find(name => error.message.includes(name) || (error as NodeJS.ErrnoException).code === name)
  if (code == null) return undefined
  // libp2p puts one line per address into the message; Node's own has `address:port` at the end
  const address = new RegExp(`(\\S+?):? (?:Error: )?listen ${code}|${code}:[^\\n]*?(\\S+)\\s*$`, 'm').exec(error.message)
  const where = address?.[1]?.replace(/:$/, '') ?? address?.[2] ?? 'a listen address'
  return new NodeError(
    'port-in-use',
    {
      found: `${where} ${REASONS[code]}`,
      expected: 'a free address of this machine',
      remedy: 'stop that program or give another one with --listen (or --http-port)'
    },
    { cause: error }
  )
}
