export type AttacksErrorCode =
  | 'unknown-behaviour' // no behaviour of that name; the message lists those that exist
  | 'bad-option' // an option is missing for this behaviour, or outside its range
  | 'unknown-libp2p' // the node is not built as this version expects

export class AttacksError extends Error {
  override readonly name = 'AttacksError'
  readonly code: AttacksErrorCode

  constructor(code: AttacksErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
