/** What a command said under a condition. */
export interface Told {
  readonly line: string
  readonly exitCode: number
  /** On stdout and stderr together. */
  readonly said: string
}
