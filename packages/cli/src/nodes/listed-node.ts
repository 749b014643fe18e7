import { connect, createServer } from 'node:net'
import { basename, isAbsolute, join } from 'node:path'

/** A node writes this of itself into a folder where commands of its user find it. */
export interface ListedNode {
  readonly role: string
  readonly name: string
  /** Peer id. */
  readonly id: string
  readonly network: string
  /** Peer id of whoever signs its rosters: another network may have the same name. */
  readonly authority: string
  readonly addresses: readonly string[]
  /** Absolute. */
  readonly dataDir: string
  readonly pid: number
  readonly startedAtMs: number
}

export const LISTED_FILE = /^([0-9a-f]{16})\.json$/
const FORMAT = 1
const ADDRESSES_MOST = 64
/** Later there is no date. */
const LAST_MS = 8.64e15

/** A text that a terminal takes for nothing else. */
function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most && !/\p{Cc}/u.test(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}

/** Undefined for what no node of this version has written. */
export function parseListed(text: string): ListedNode | undefined {
  let found: Partial<Record<keyof ListedNode | 'format', unknown>> | null
  try {
    found = JSON.parse(text) as typeof found
  } catch {
    return undefined
  }
  const { format, role, name, id, network, authority, addresses, dataDir, pid, startedAtMs } = found ?? {}
  if (format !== FORMAT || !isCount(pid) || !isCount(startedAtMs) || startedAtMs > LAST_MS) return undefined
  if (!isText(role, 64) || !isText(name, 64) || !isText(network, 64) || !isText(id, 128) || !isText(authority, 128)) return undefined
  if (!isText(dataDir, 4_096) || !isAbsolute(dataDir)) return undefined
  if (!Array.isArray(addresses) || addresses.length > ADDRESSES_MOST || !addresses.every(address => isText(address, 512))) return undefined
  return { role, name, id, network, authority, addresses, dataDir, pid, startedAtMs }
}

export function listedText(node: ListedNode): string {
  return `${JSON.stringify({ format: FORMAT, ...node, addresses: node.addresses.slice(0, ADDRESSES_MOST) })}\n`
}

/**
 * The lock beside the file: a socket that the node listens on. The kernel lets go of it with the process, however that ends, while the file may stay;
 * and to look at it takes it from nobody.
 */
function lockPath(folder: string, id: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\peerwatch-${basename(folder)}-${id}` : join(folder, `${id}.lock`)
}

/** Rejects with Node's own error, where the path is too long for a socket too. */
export async function holdLock(folder: string, id: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => {
      socket.destroy()
    })
    // once it listens too: a node without a free file descriptor is asked, and must not end by that
    server.on('error', reject)
    server.listen(lockPath(folder, id), () => {
      server.unref()
      resolve(
        async () =>
          new Promise<void>(done => {
            server.close(() => {
              done()
            })
          })
      )
    })
  })
}

/** The operating system answers one of these if no process listens. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'])

/** A node that is stopped, or too busy to answer, holds it all the same. */
export async function isHeld(folder: string, id: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(lockPath(folder, id))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(!NOBODY.has(error.code ?? ''))
    })
  })
}
