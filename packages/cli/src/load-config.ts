import { readConfigFile, resolveConfig, unknownVariables } from '@peerwatch/node/config'
import { complain } from './terminal.ts'
import type { Config, Flags } from '@peerwatch/node/config'

/** The file and flags that were typed. They stay the same when the file is read again. */
export interface ConfigRequest {
  readonly file: string | undefined
  readonly flags: Flags
}

/** Puts file, variables and flags together. Rejects with NodeError `bad-config` or `bad-option`, and nothing is used then. */
export async function loadConfig({ file, flags }: ConfigRequest): Promise<Config> {
  // an empty variable counts as none
  return resolveConfig({ file: file == null || file === '' ? undefined : await readConfigFile(file), env: process.env, flags })
}

/** A warning and no error: Kubernetes, for instance, sets variables named after services. */
export function warnOfVariables(): void {
  const unknown = unknownVariables(process.env)
  if (unknown.length === 0) return
  const names = unknown.map(({ name, like }) => (like == null ? name : `${name} (${like}, perhaps)`))
  complain(
    `peerwatch: warning: unknown-variable: ${names.join(', ')} means nothing; expected the variable of an option, as PEERWATCH_LOG_LEVEL is that of log.level (peerwatch config lists them); unset it, or leave it: it is ignored`
  )
}
