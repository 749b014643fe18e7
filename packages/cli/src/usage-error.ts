/** What was typed cannot be run; exit code 2. Same three parts as every other message. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
  readonly found: string
  readonly expected: string
  /** Undefined: the help of the command says more. */
  readonly remedy: string | undefined

  constructor(found: string, expected: string, remedy?: string, options?: ErrorOptions) {
    super(`${found}; expected ${expected}`, options)
    this.found = found
    this.expected = expected
    this.remedy = remedy
  }
}
