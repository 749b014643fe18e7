import { readFile } from 'node:fs/promises'
import { textOf } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import { parseNetwork } from './network.ts'
import type { Network } from './network.ts'

/** Reads `network.json`, given its path or its folder; throws ServicesError `bad-network` that says what was found and what was expected. */
export async function readNetwork(path: string): Promise<Network> {
  let filePath = path
  let text: string
  try {
    const bytes = await readFile(path).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
      filePath = `${path.replace(/[\\/]+$/, '')}/network.json`
      return readFile(filePath)
    })
    text = textOf(bytes)
  } catch (error) {
    throw new ServicesError('bad-network', `${filePath} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new ServicesError('bad-network', `${filePath} is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  return parseNetwork(parsed, `${filePath}: `)
}
