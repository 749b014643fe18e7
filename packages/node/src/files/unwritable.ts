import { NodeError } from '../errors.ts'
import { fileRemedy, fileTrouble } from './read-text.ts'

/** About a file or folder that could not be written: `what` names it, and `otherwise` says what to do where its owner cannot help. */
export function unwritable(what: string, error: unknown, { expected, otherwise }: { readonly expected: string; readonly otherwise: string }): NodeError {
  const problem = { found: `${what} ${fileTrouble(error, 'written')}`, expected, remedy: fileRemedy(error, otherwise) }
  return new NodeError('data-unusable', problem, { cause: error })
}
