export type ReputationErrorCode = 'bad-option' // an option outside its range; the message names field, rule and value

/** The one error class of this package. Nothing that a reporter says causes one. */
export class ReputationError extends Error {
  override readonly name = 'ReputationError'
  readonly code: ReputationErrorCode

  constructor(code: ReputationErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
