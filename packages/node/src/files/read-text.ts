import { open } from 'node:fs/promises'
import { textOf } from '@peerwatch/model/text-of'

/** Files of ours are a few KB; whoever names a device or a film gets a message instead of a full memory. */
const FILE_BYTES_MOST = 1024 * 1024

/** Reads a small file. Rejects with Node's own error where it cannot, and with `code: 'EFBIG'` where it is too long. */
export async function readSmallFile(path: string): Promise<Buffer> {
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

/** What a person can read about a failed file operation. */
export function fileTrouble(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const known: Record<string, string> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a folder',
    ENOTDIR: 'is below something that is no folder',
    EACCES: 'may not be read or written by this user',
    EPERM: 'may not be read or written by this user',
    EROFS: 'is on a read-only file system',
    ENOSPC: 'is on a full disk',
    EFBIG: 'is longer than 1 MiB'
  }
  return known[code ?? ''] ?? `cannot be used (${error instanceof Error ? error.message : String(error)})`
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}
