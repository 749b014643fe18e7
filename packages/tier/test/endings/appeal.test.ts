import { suite } from 'node:test'
import { endedByEither } from '../support/ended-by-either.ts'
import { appealPair } from '../support/links.ts'

suite('L2: a link that ends at any moment between dial and first frames comes back within its back-off, with what was in hand, and nobody is blamed', () => {
  endedByEither(appealPair)
})
