import { readFile } from 'node:fs/promises'
import { textOf } from '@peerwatch/model'
import { ServicesError } from './errors.ts'
import { parseNetwork } from './network.ts'
import type { Network } from './network.ts'

/** Reads `network.json`; throws ServicesError `bad-network` that says what was found and what was expected. */
export async function readNetwork(path: string): Promise<Network> {
  let text: string
  try {
    text = textOf(await readFile(path))
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
