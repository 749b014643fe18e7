import { readFile } from 'node:fs/promises'
import { textOf } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import { parseNetwork } from './network.ts'
import type { Network } from './network.ts'

/** Reads `network.json`, given its path or its folder; throws ServicesError `bad-network` that says what was found and what was expected. */
export async function readNetwork(path: string): Promise<Network> {
  let text: string
  try {
    text = textOf(await readFile(path).catch(async (error: unknown) => inFolder(path, error)))
  } catch (error) {
    throw new ServicesError('bad-network', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new ServicesError('bad-network', `${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  return parseNetwork(parsed)
}

async function inFolder(path: string, error: unknown): Promise<Buffer> {
  if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
  return readFile(`${path.replace(/[\\/]+$/, '')}/network.json`)
}
