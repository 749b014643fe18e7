import { join } from 'node:path'

/** Names of what `peerwatch init` makes and a data folder holds. */
export const FILES = Object.freeze({
  network: 'network.json',
  node: 'node.json',
  key: 'key',
  pepper: 'pepper',
  api: 'api.json',
  /** The owner of the data in the folder. */
  identity: 'identity.json'
})

/** Only their owner may read keys, peppers and tokens. */
export const PRIVATE_FILE_MODE = 0o600
export const PRIVATE_FOLDER_MODE = 0o700

/** Below the current folder, so that nodes started from there are found by `peerwatch status`. */
export const DATA_ROOT = 'peerwatch-data'

/** Where a node keeps its things if nobody says: by its name, or its role. */
export function defaultDataFolder(name: string, root = DATA_ROOT): string {
  return join(root, name)
}

/** As the path of a log: for containers and service managers, which keep and rotate what a process says. */
export const STDOUT = '-'
