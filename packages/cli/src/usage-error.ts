/** What was typed cannot be run; exit code 2. Same three parts as every other message. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'

  constructor(found: string, expected: string, remedy = 'see `peerwatch --help`', options?: ErrorOptions) {
    super(`${found}; expected ${expected}; ${remedy}`, options)
  }
}
