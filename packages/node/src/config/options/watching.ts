import { wholeNumber } from '../kind.ts'
import type { Options } from '../option.ts'

/** How a trusted node has suspects looked at. */
export const WATCHING = {
  watchers: {
    kind: wholeNumber(0, 16),
    placeholder: 'count',
    unit: 'watchers',
    defaultText: "the preset's",
    about: "watchers inside the trusted node's process",
    raised: 'more suspects are looked at a time, at the memory and links of a peer each',
    lowered: 'less memory; cases wait longer. 0 leaves the looking to watchers with a process of their own',
    set: 'tier'
  }
} satisfies Options
