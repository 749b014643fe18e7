/** Nothing can be run as it was typed: exit code 2. The message has the same three parts as every other. */
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

const SHOWN_MOST = 100

/** Puts into quotes what somebody typed, or the beginning of a long text. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN_MOST ? `${text.slice(0, SHOWN_MOST)}…` : text)
}
