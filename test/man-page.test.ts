import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createProgram } from '../packages/cli/src/program.ts'
import { manPage } from '../scripts/man-page.ts'

const page = readFileSync('packages/cli/man/peerwatch.1', 'utf8')

test('the man page is that of the commands as they are', async () => {
  assert.equal(page, await manPage(), '`npm run generate` writes it anew')
})

test('the man page has every command, comes with the package, and no line is taken for a request of roff that is none', async () => {
  const { commands } = await createProgram()
  for (const command of commands.filter(each => !['complete', 'help'].includes(each.name()))) {
    assert.ok(page.includes(`\n.SS peerwatch ${command.name()}\n`), command.name())
  }
  const { man, files } = JSON.parse(readFileSync('packages/cli/package.json', 'utf8')) as { man: string; files: string[] }
  assert.equal(man, './man/peerwatch.1')
  assert.ok(files.includes('man'))
  for (const line of page.split('\n')) assert.doesNotMatch(line, /^['.](?!\\"|TH |SH |SS |B |TP$|PP$|nf$|fi$)/)
})
