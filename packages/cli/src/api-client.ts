import { join } from 'node:path'
import { causesOf } from '@peerwatch/model/causes'
import { systemClock } from '@peerwatch/model/system-clock'
import { within } from '@peerwatch/model/timing'
import { askNode, findDataFolder, nobodyListens, NodeError, readApiFile } from '@peerwatch/node/api-file'
import type { Answer, NodeErrorCode } from '@peerwatch/node/api-file'
import type { ApiErrorCode, ErrorView } from '@peerwatch/node/node-view'

/**
 * Resolves to the JSON that the node answers with success or one of the `accepted` statuses.
 * Rejects with NodeError `not-running`, `not-permitted`, `wrong-role`, `unknown-peer` or `no-answer`.
 */
export type ApiClient = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, accepted?: readonly number[], body?: object) => Promise<T>

/** A node that is busy with its disk still answers within this. */
const ANSWER_WITHIN_MS = 10_000
const OK = 200
const UNAUTHORIZED = 401

/** Which of them comes is chance. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

function innermost(error: unknown): string {
  const { code, message } = causesOf(error).at(-1) as NodeJS.ErrnoException
  if (code != null && CLOSED.has(code)) return 'it closes the connection'
  // the code of a time-out is a number that says nothing
  return typeof code === 'string' ? code : message
}

const SEE_STATUS = '`peerwatch status` lists those of the neighbours'
const REFUSALS: Partial<Record<ApiErrorCode, { readonly code: NodeErrorCode; readonly expected: string; readonly remedy: string }>> = {
  'bad-token': { code: 'not-permitted', expected: 'the token of its api.json', remedy: 'restart the node: it writes the file anew' },
  'bad-host': { code: 'not-permitted', expected: 'a request to loopback', remedy: 'restart the node: it writes api.json anew' },
  'bad-request': { code: 'bad-option', expected: 'what the command describes', remedy: 'see its --help' },
  'bad-peer': { code: 'bad-option', expected: 'a peer id such as 12D3Koo…', remedy: SEE_STATUS },
  'unknown-peer': { code: 'unknown-peer', expected: 'a peer of which something is known', remedy: SEE_STATUS },
  'not-evicted': {
    code: 'not-evicted',
    expected: 'an evicted peer',
    remedy: '`peerwatch evictions` lists them; where the peer is evicted elsewhere only, try again in a few windows'
  },
  'not-on-this-role': {
    code: 'wrong-role',
    expected: 'a node whose role offers this',
    remedy: 'give the data folder of a trusted node (for guests: of a seed) with --data'
  },
  'not-found': { code: 'wrong-role', expected: 'a node of the same version', remedy: 'compare `peerwatch --version` with that of the node' }
}

/** Makes an error of what a node says when it refuses. */
async function refusal(answer: Answer, where: string): Promise<NodeError> {
  const body = await answer
    .text()
    .then(text => JSON.parse(text) as Partial<ErrorView>)
    .catch((): Partial<ErrorView> => ({}))
  const { code, message = `HTTP status ${answer.status}`, problem } = body.error ?? {}
  // the node says word for word what it found in its own configuration
  if ((code === 'bad-config' || code === 'bad-roster' || code === 'bad-erasure') && problem != null) return new NodeError(code, problem)
  const known = code == null ? undefined : REFUSALS[code]
  const { expected, remedy } = known ?? { expected: 'an answer', remedy: 'ask again later, or look at its log' }
  return new NodeError(known?.code ?? 'no-answer', { found: `the node of ${where} says: ${message}`, expected, remedy })
}

interface FoundNode {
  /** Says what it means that the rest of an answer did not come. */
  readonly silence: (error: unknown) => Promise<NodeError>
  /** Its api.json, for messages. */
  readonly where: string
  /** Rejects with NodeError where nobody answers, or the answer is a refusal. */
  readonly send: (
    method: string,
    path: string,
    options?: { readonly accepted?: readonly number[]; readonly body?: object | undefined; readonly signal?: AbortSignal }
  ) => Promise<Answer>
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it is another user's
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** One that takes connections and says nothing must not be started a second time. */
async function silence(error: unknown, who: string, pid: number): Promise<NodeError> {
  if (isGone(pid)) return ended(who, 'has ended', error)
  if (nobodyListens(error)) return ended(who, `does not answer (${innermost(error)})`, error)
  const { spentDescriptors } = await import('./descriptors.ts')
  const spent = await spentDescriptors(pid)
  return new NodeError(
    'no-answer',
    {
      found: `${who} runs and does not answer (${spent ?? innermost(error)})`,
      expected: 'an answer',
      remedy:
        spent == null
          ? 'ask again later, or look at its log: it is busy, or has no file descriptor left'
          : 'leave it running: close what holds connections to it, or raise its limit (ulimit -n, LimitNOFILE) when you next restart it'
    },
    { cause: error }
  )
}

function ended(who: string, what: string, cause?: unknown): NodeError {
  const remedy = 'start it again, or name the folder of one that runs with --data'
  return new NodeError('not-running', { found: `${who} ${what}`, expected: 'a running node', remedy }, { cause })
}

async function configuredFolder(): Promise<string | undefined> {
  if (process.env['PEERWATCH_CONFIG'] == null) return undefined
  const { configuredPlaces } = await import('./configured-places.ts')
  return (await configuredPlaces()).data
}

async function findNode(dataDir: string | undefined): Promise<FoundNode> {
  // an empty variable counts as none
  const folder = (dataDir === '' ? undefined : dataDir) ?? (await configuredFolder()) ?? (await findDataFolder())
  const where = join(folder, 'api.json')
  const { address, token, pid } = await readApiFile(folder)
  const who = `process ${pid} at ${address}, as ${where} has it,`
  return {
    where,
    silence: async error => silence(error, who, pid),
    send: async (method, path, { accepted = [], body, signal } = {}) => {
      let answer: Answer
      try {
        answer = await askNode({ address, token, method, path, ...(body != null && { body: JSON.stringify(body) }), ...(signal != null && { signal }) })
      } catch (error) {
        throw await silence(error, who, pid)
      }
      const { status } = answer
      if (status === UNAUTHORIZED && isGone(pid)) throw ended(who, 'has ended, and another node has its port')
      if (status !== OK && !accepted.includes(status)) throw await refusal(answer, where)
      return answer
    }
  }
}

/** Finds the running node of a data folder by its api.json; without one, by the file of `PEERWATCH_CONFIG`, else the only node that was started from here. */
export async function apiClient(dataDir?: string): Promise<ApiClient> {
  const node = await findNode(dataDir)
  return async <T>(method: string, path: string, accepted: readonly number[] = [], body?: object): Promise<T> =>
    within(systemClock, ANSWER_WITHIN_MS, async signal => {
      const answer = await node.send(method, path, { accepted, body, signal })
      try {
        return JSON.parse(await answer.text()) as T
      } catch (error) {
        throw await node.silence(error)
      }
    })
}

/** Hands over each event of the node as a line of JSON, the recent ones first; resolves when the node ends. */
export async function followEvents(dataDir: string | undefined, line: (text: string) => void): Promise<void> {
  const { send } = await findNode(dataDir)
  const { pieces } = await send('GET', '/v1/events?recent=true')
  for await (const text of linesOf(pieces)) line(text)
}

/** Hands over each line of an answer, the next one when this one is taken; resolves where the answer ends or breaks off. */
export async function eachLine(dataDir: string | undefined, path: string, line: (text: string) => Promise<void>): Promise<void> {
  const { send } = await findNode(dataDir)
  const { pieces } = await send('GET', path)
  for await (const text of linesOf(pieces)) await line(text)
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of untilItEnds(pieces)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** A node that is killed ends its stream like one that stops. */
async function* untilItEnds<T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pieces
  } catch {
    // that is its end
  }
}
