import { open, stat } from 'node:fs/promises'
import { textOf } from '@peerwatch/model/text-of'

/** Files of ours are a few KB; whoever names a device or a film gets a message instead of a full memory. */
const FILE_BYTES_MOST = 1024 * 1024

/** A pipe that a shell put in place of a file (`--config <(…)`) has a writer. */
const PIPES_OF_SHELLS = /^\/(?:dev|proc)\//

/** A program that opens a pipe in a folder waits for a writer that may never come, and no signal ends that. */
async function refusePipe(path: string): Promise<void> {
  if (PIPES_OF_SHELLS.test(path) || !(await stat(path)).isFIFO()) return
  throw Object.assign(new Error('a pipe'), { code: 'EPIPE' })
}

/**
 * Reads a small file. Rejects with Node's own error where it cannot, with `code: 'EFBIG'` where it is too long, and with `code: 'EPIPE'` where it is a
 * pipe in a folder.
 */
export async function readSmallFile(path: string): Promise<Buffer> {
  await refusePipe(path)
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(FILE_BYTES_MOST + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length)
      length += bytesRead
      if (bytesRead === 0 || length === bytes.length) break
    }
    if (length > FILE_BYTES_MOST) throw Object.assign(new Error(`longer than ${FILE_BYTES_MOST} bytes`), { code: 'EFBIG' })
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}

/** The text of a small file, without the byte order mark that it may begin with. */
export async function readText(path: string): Promise<string> {
  return textOf(await readSmallFile(path))
}

/** What a person can read about a failed file operation. `toBe` says what was tried. */
export function fileTrouble(error: unknown, toBe: 'read' | 'written' = 'read'): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const known: Record<string, string> = {
    ENOENT: toBe === 'read' ? 'does not exist' : 'is in a folder that does not exist',
    EISDIR: 'is a folder',
    EPIPE: 'is a pipe, and no file',
    ENOTDIR: 'is below something that is no folder',
    EACCES: `may not be ${toBe} by this user`,
    EPERM: `may not be ${toBe} by this user`,
    EROFS: 'is on a read-only file system',
    ENOSPC: 'is on a full disk',
    EDQUOT: "is on a disk of which this user's share is full",
    EFBIG: 'is longer than 1 MiB',
    EOPNOTSUPP: 'cannot be made: what is above it takes no folders'
  }
  return known[code ?? ''] ?? `cannot be used (${error instanceof Error ? error.message : String(error)})`
}

/** A file that is shut to this user exists, and another user may have it. */
export const AS_ITS_OWNER = 'run the command as the user that owns it'

/** What to do about it. If the file is only shut, `otherwise` is one of two ways. */
export function fileRemedy(error: unknown, otherwise: string): string {
  if (isFull(error)) return 'make room there'
  return isForbidden(error) ? `${AS_ITS_OWNER}, or ${otherwise}` : otherwise
}

/** Whether the disk is full, by the code or in the words of LevelDB: another folder of it would be of no use. */
function isFull(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code = '', message } = at as NodeJS.ErrnoException
    if (['ENOSPC', 'EDQUOT'].includes(code) || /No space left on device|Disk quota exceeded/.test(message)) return true
  }
  return false
}

export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}

/** Without the piece of the file that Node quotes: it may be that of a key. */
export function jsonTrouble(error: unknown): string {
  return `is no JSON (${(error as Error).message.replace(/, .*$/s, '')})`
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}
