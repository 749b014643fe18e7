import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { HANGS_AFTER_MS } from './support/until.ts'

const MOST_LINES = 150

/** What the examples that need no network print; those that need one are in examples/. */
const printed: Record<string, readonly RegExp[]> = {
  model: [],
  wire: [/^\d+$/m, /^malformed$/m],
  'trust-tree': [/\[ 'bob', 'alice' \]/, /threads|previous/],
  detection: [/^\[ 'integrity', 'resource' \]\nundefined\ntrue$/m],
  reputation: [/^true$/m, /^0\.5$/m],
  store: [/\[ 'stored', 'known' \]/, /\[ 'expired' \]/]
}

function firstExample(readme: string): string {
  return /```ts\n(?<code>[^]*?)```/.exec(readme)?.groups?.code ?? ''
}

for (const name of readdirSync('packages')) {
  const readme = readFileSync(`packages/${name}/README.md`, 'utf8')
  test(`packages/${name}/README.md is a cover page: short, with an example, and files that exist`, () => {
    assert.ok(readme.split('\n').length <= MOST_LINES + 1, `more than ${MOST_LINES} lines`)
    assert.match(readme, new RegExp(`^# @peerwatch/${name}\n\n\\S`), 'name and one sentence come first')
    assert.match(readme, /```(?:ts|sh)\n/)
    for (const heading of [/^## Errors/m, /[Ww]hat it does not do/]) assert.match(readme, heading)
    for (const [, link = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) assert.ok(existsSync(`packages/${name}/${link}`), `no ${link}`)
  })
}

for (const [name, patterns] of Object.entries(printed)) {
  test(`the example in packages/${name}/README.md runs`, async () => {
    const code = firstExample(readFileSync(`packages/${name}/README.md`, 'utf8'))
    const options = { cwd: `packages/${name}`, timeout: HANGS_AFTER_MS, env: { ...process.env, NO_COLOR: '1' } }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', code], options)
    for (const pattern of patterns) assert.match(stdout, pattern)
  })
}
