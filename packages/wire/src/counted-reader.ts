import { LenientReader } from './strict-reader.ts'
import { WireError } from './errors.ts'

export interface CountedReaderInit {
  /** Tags, numbers and lengths of messages within, as many as may be read. */
  readonly most: number
  readonly textBytesMost: number
}

/** protons' reader for messages that are not ours: it reads what protons reads, and gives up where that costs more than the bytes do. */
export class CountedReader extends LenientReader {
  readonly #init: CountedReaderInit
  #count = 0

  constructor(bytes: Uint8Array, init: CountedReaderInit) {
    super(bytes)
    this.#init = init
  }

  override uint32(): number {
    if (++this.#count > this.#init.most) throw new WireError('too-long', `more than ${this.#init.most} fields`)
    return super.uint32()
  }

  override string(): string {
    const at = this.pos
    const length = super.uint32()
    if (length > this.#init.textBytesMost) throw new WireError('too-long', `a text of ${length} bytes, at most ${this.#init.textBytesMost}`)
    this.pos = at
    return super.string()
  }
}
