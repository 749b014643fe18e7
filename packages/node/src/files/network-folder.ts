import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseNetwork, ServicesError } from '@peerwatch/link'
import { NodeError } from '../errors.ts'
import { FILES } from './layout.ts'
import { fileTrouble, isForbidden, jsonTrouble, readText } from './read-text.ts'
import type { Network, NetworkFile } from '@peerwatch/link'

export interface NetworkFolder {
  /** The file that was read. */
  readonly path: string
  readonly file: NetworkFile
  /** The same, checked: signatures included. */
  readonly network: Network
}

const EXPECTED = 'the network.json that `peerwatch init` made'

function badNetwork(path: string, what: string, remedy: string, cause?: unknown): NodeError {
  return new NodeError('bad-network', { found: `${path} ${what}`, expected: EXPECTED, remedy }, { cause })
}

/**
 * Reads and checks `network.json`, given its folder or itself; NodeError `bad-network` for anything else.
 *
 * @param give - how whoever reads the message names another
 */
export async function loadNetworkFolder(path: string, give = 'give its folder with --network DIR/public'): Promise<NetworkFolder> {
  let filePath = path
  let text: string
  try {
    if ((await stat(path)).isDirectory()) filePath = join(path, FILES.network)
    text = await readText(filePath)
  } catch (error) {
    throw badNetwork(filePath, fileTrouble(error), isForbidden(error) ? `have its owner let everybody read it, or ${give}` : give, error)
  }
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw badNetwork(filePath, jsonTrouble(error), `${give}, or copy the file again`, error)
  }
  try {
    return { path: filePath, file: file as NetworkFile, network: await parseNetwork(file, '') }
  } catch (error) {
    if (!(error instanceof ServicesError)) throw error
    throw badNetwork(
      filePath,
      `cannot be used: ${error.message}`,
      'copy it again from whoever made the network; only its seeds and guests can be edited, all else is signed',
      error
    )
  }
}
