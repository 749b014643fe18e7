import { join } from 'node:path'
import { NodeError } from '../errors.ts'
import { FILES } from './layout.ts'
import { fileTrouble, isMissing, readText } from './read-text.ts'
import { replaceFile } from './replace-file.ts'

/** Beside the data of a trusted node that came without a pepper: what the others gave it. */
export async function keepPepper(dataDir: string, pepper: Uint8Array): Promise<void> {
  await replaceFile(join(dataDir, FILES.pepper), `${Buffer.from(pepper).toString('hex')}\n`)
}

/** Undefined where there is none yet. */
export async function keptPepper(dataDir: string): Promise<Uint8Array | undefined> {
  const path = join(dataDir, FILES.pepper)
  let text: string
  try {
    text = (await readText(path)).trim()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw wrong(`the pepper ${path} ${fileTrouble(error)}`, error)
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw wrong(`the pepper ${path} holds ${text.length} characters that are not 64 hex digits`)
  return Buffer.from(text, 'hex')
}

function wrong(found: string, cause?: unknown): NodeError {
  return new NodeError('bad-node', { found, expected: '64 hex digits', remedy: 'remove the file: the node asks the other trusted nodes again' }, { cause })
}
