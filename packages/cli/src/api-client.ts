import { join } from 'node:path'
import { findDataFolder, NodeError, readApiFile } from '@peerwatch/node/api-file'
import type { NodeErrorCode } from '@peerwatch/node/api-file'
import type { ApiErrorCode, ErrorView } from '@peerwatch/node/node-view'

/**
 * Resolves to the JSON that the node answers with success or one of the `accepted` statuses.
 * Rejects with NodeError `not-running`, `not-permitted`, `wrong-role`, `unknown-peer` or `no-answer`.
 */
export type ApiClient = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, accepted?: readonly number[]) => Promise<T>

/** A node that is busy with its disk still answers within this. */
const ANSWER_WITHIN_MS = 10_000

function innermost(error: unknown): string {
  let current = error
  while (current instanceof Error && current.cause instanceof Error) current = current.cause
  const { code, message } = current as NodeJS.ErrnoException
  return code ?? message
}

const SEE_STATUS = '`peerwatch status` lists those of the neighbours'
const REFUSALS: Partial<Record<ApiErrorCode, { readonly code: NodeErrorCode; readonly expected: string; readonly remedy: string }>> = {
  'bad-token': { code: 'not-permitted', expected: 'the token of its api.json', remedy: 'restart the node: it writes the file anew' },
  'bad-host': { code: 'not-permitted', expected: 'a request to loopback', remedy: 'restart the node: it writes api.json anew' },
  'bad-request': { code: 'bad-option', expected: 'what the command describes', remedy: 'see its --help' },
  'bad-peer': { code: 'bad-option', expected: 'a peer id such as 12D3Koo…', remedy: SEE_STATUS },
  'unknown-peer': { code: 'unknown-peer', expected: 'a peer of which something is known', remedy: SEE_STATUS },
  'not-on-this-role': {
    code: 'wrong-role',
    expected: 'a node whose role offers this',
    remedy: 'give the data folder of a trusted node (for guests: of a seed) with --data'
  },
  'not-found': { code: 'wrong-role', expected: 'a node of the same version', remedy: 'compare `peerwatch --version` with that of the node' }
}

/** What a node says when it refuses, as an error of ours. */
async function refusal(response: Response, where: string): Promise<NodeError> {
  const body = (await response.json().catch(() => ({}))) as Partial<ErrorView>
  const { code, message = `HTTP status ${response.status}` } = body.error ?? {}
  const known = code == null ? undefined : REFUSALS[code]
  const { expected, remedy } = known ?? { expected: 'an answer', remedy: 'ask again later, or look at its log' }
  return new NodeError(known?.code ?? 'no-answer', { found: `the node of ${where} says: ${message}`, expected, remedy })
}

/** Finds the running node of a data folder by its api.json; without one, the only node that was started from here. */
export async function apiClient(dataDir?: string): Promise<ApiClient> {
  const folder = dataDir ?? (await findDataFolder())
  const where = join(folder, 'api.json')
  const { address, token, pid } = await readApiFile(folder)
  return async <T>(method: string, path: string, accepted: readonly number[] = []): Promise<T> => {
    let response: Response
    try {
      response = await fetch(`${address}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS)
      })
    } catch (error) {
      throw new NodeError(
        'not-running',
        {
          found: `process ${pid} at ${address}, as ${where} has it, does not answer (${innermost(error)})`,
          expected: 'a running node',
          remedy: 'start it again, or name the folder of one that runs with --data'
        },
        { cause: error }
      )
    }
    if (!response.ok && !accepted.includes(response.status)) throw await refusal(response, where)
    return (await response.json()) as T
  }
}
