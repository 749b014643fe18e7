import { readdir, readFile } from 'node:fs/promises'

/** Beyond this share of its limit a process is about to be refused files and connections. */
const NEARLY_ALL = 0.95

/** Says that a process which answers nobody has run out of file descriptors, where this machine tells: `72 of 72 file descriptors in use`. */
export async function spentDescriptors(pid: number): Promise<string | undefined> {
  try {
    const [open, limits] = await Promise.all([readdir(`/proc/${pid}/fd`), readFile(`/proc/${pid}/limits`, 'utf8')])
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1])
    return open.length >= NEARLY_ALL * limit ? `${open.length} of ${limit} file descriptors in use` : undefined
  } catch {
    return undefined
  }
}
