export type WireErrorCode = 'too-long' | 'malformed'

/** A peer sent bytes that are no message of the expected kind. The caller counts it against the sender. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
