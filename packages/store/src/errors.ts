import { codesOf, innermostText } from '@peerwatch/model'

export type StoreErrorCode =
  | 'locked' // another process, or another store in this one, has the database open
  | 'corrupt' // what is on disk is not what was written
  | 'no-space' // the disk or the quota is full
  | 'closed' // the store was closed before or during the call
  | 'wrong-key' // the storage key is unusable or does not open this database
  | 'io' // the operating system refused; the cause says why

/** The one error class of this package. Its message says what was found, what was expected and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export function storeClosed(): StoreError {
  return new StoreError('closed', 'the record store is closed: expected an open one; open it again before using it')
}

export function storeLocked(where: string, options?: ErrorOptions): StoreError {
  return new StoreError(
    'locked',
    `${where} is in use by another node: expected to be its only user; stop the other node or choose another data folder`,
    options
  )
}

/** Makes an error that tells an operator what a failure of the database means. abstract-level hides the reason in `cause`. */
export function storeErrorFrom(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error
  const [codes, text] = [new Set(codesOf(error)), innermostText(error)]
  const options = { cause: error }
  if (codes.has('LEVEL_LOCKED')) {
    return storeLocked(where, options)
  }
  if (codes.has('ENOSPC') || codes.has('EDQUOT') || /No space left on device|Disk quota exceeded/.test(text)) {
    return new StoreError('no-space', `no space left for ${where}: what was not acknowledged is not kept; free some space or lower the retention`, options)
  }
  if (codes.has('LEVEL_CORRUPTION') || /Corruption:/.test(text)) {
    return new StoreError('corrupt', `${where} is damaged (${text}): expected an intact database; ${CORRUPT_ADVICE}`, options)
  }
  if (codes.has('EACCES') || codes.has('EPERM')) {
    return new StoreError(
      'io',
      `${where} may not be read or written by this user: expected a file of this user's own; run the node as the user that owns it`,
      options
    )
  }
  return new StoreError('io', `${where} cannot be used (${text}): expected a readable and writable database; check the disk and the folder's owner`, options)
}

/** Copies at the other candidates make a lost database harmless; a half-repaired one is not. */
export const CORRUPT_ADVICE = 'move the folder away and start again: the other holders still have its records'
