import { connect } from 'node:net'

/** A question to a node. */
export interface Ask {
  /** `http://127.0.0.1:PORT`, as api.json has it. */
  readonly address: string
  readonly token: string
  readonly method: string
  readonly path: string
  /** JSON. */
  readonly body?: string
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  /** The body, whole. Rejects where it is cut off, or longer than a node's answers are. */
  readonly text: () => Promise<string>
  /** The body as it comes. */
  readonly pieces: AsyncIterable<Buffer>
}

const HEAD_END = '\r\n\r\n'
const HEAD_BYTES_MOST = 16 * 1024
/** The answer of a trusted node with thousands of reporters has some megabytes. */
const BODY_BYTES_MOST = 64 * 1024 * 1024

interface Head {
  readonly status: number
  /** Undefined: the body ends with the connection. */
  readonly length: number | undefined
}

function parseHead(text: string): Head {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
  // nobody may answer a request of HTTP/1.0 in chunks
  if (status == null || /^transfer-encoding:/im.test(text)) throw new TypeError(`no answer in HTTP: ${JSON.stringify(text.slice(0, 40))}`)
  const length = /^content-length: *(\d{1,15})\r?$/im.exec(text)?.[1]
  return { status: Number(status), length: length == null ? undefined : Number(length) }
}

/**
 * Asks a node over its HTTP API; resolves once it begins to answer, rejects with the system's own error where nobody does.
 *
 * Commands that ask are started often and by hand: to load `node:http`, or `fetch`, takes three times as long as to start Node itself.
 */
export async function askNode({ address, token, method, path, body: sent, signal }: Ask): Promise<Answer> {
  const { host, hostname, port } = new URL(address)
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port), ...(signal != null && { signal }) })
  const about = sent == null ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(sent)}\r\n`
  socket.write(`${method} ${path} HTTP/1.0\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n${about}\r\n${sent ?? ''}`)
  const pieces = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  let seen = Buffer.alloc(0)
  try {
    while (!seen.includes(HEAD_END)) {
      const { value, done } = await pieces.next()
      if (done === true) throw new TypeError('it ended the connection without an answer')
      seen = Buffer.concat([seen, value])
      if (seen.length > HEAD_BYTES_MOST && !seen.subarray(0, HEAD_BYTES_MOST).includes(HEAD_END)) throw new TypeError('no answer in HTTP')
    }
    const end = seen.indexOf(HEAD_END)
    const { status, length } = parseHead(seen.toString('latin1', 0, end))
    const body = bodyOf(seen.subarray(end + HEAD_END.length), pieces)
    return { status, pieces: body, text: async () => wholeOf(body, length) }
  } catch (error) {
    socket.destroy()
    throw signal?.aborted === true ? signal.reason : error
  }
}

async function* bodyOf(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  yield* { [Symbol.asyncIterator]: () => rest }
}

async function wholeOf(body: AsyncIterable<Buffer>, length: number | undefined): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > BODY_BYTES_MOST) throw new TypeError(`an answer of more than ${BODY_BYTES_MOST} bytes`)
  }
  if (length != null && bytes !== length) throw new TypeError(`${bytes} of ${length} bytes of its answer came`)
  return Buffer.concat(pieces).toString()
}
