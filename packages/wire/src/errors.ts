export type WireErrorCode = 'too-long' | 'malformed'

/** What a peer sent is no message of the expected kind. Not a fault of ours: count it against the sender. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
