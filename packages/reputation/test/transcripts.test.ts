import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { played } from './support/story.ts'

const SCENARIOS = new URL('scenarios/', import.meta.url)

suite('transcripts', () => {
  for (const file of readdirSync(SCENARIOS)) {
    test(`the judges do what ${file} tells`, () => {
      const path = new URL(file, SCENARIOS)
      const written = readFileSync(path, 'utf8')
      const now = played(written)
      if (process.env['UPDATE'] != null) writeFileSync(path, now)
      else assert.equal(now, written, 'UPDATE=1 writes what follows now; read the difference')
    })
  }
})
