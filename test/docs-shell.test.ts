/**
 * The commands of the documents, run in the order in which they stand there: in a folder of their own, against real nodes.
 *
 * Put in are ids, free ports and a small network (support/doc-place.ts); commands of npm, docker, go and cargo are the business of docs-blocks.test.ts.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { blocksOf, commandsOf, DOCUMENTS, exchangesOf, NOT_RUN, programOf, unsaid } from './support/doc-blocks.ts'
import { runCommand } from './support/command.ts'
import { docPlace } from './support/doc-place.ts'
import { until } from './support/until.ts'
import type { DocPlace } from './support/doc-place.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** It makes a network that the pages after it use. */
const FIRST = 'docs/commands.md'
/** A session with its answers. */
const TOUR = 'docs/tour.md'

/** Twenty seconds of both cores each: test/e2e/demo.test.ts runs it to its end, once; here its options are looked up. */
function isDemo(command: string): boolean {
  return /^(npx )?peerwatch demo\b/.test(command)
}

async function checkDemo(command: string): Promise<void> {
  const { stdout: help } = await runCommand(['demo', '--help'], { cwd: ROOT })
  for (const [option] of command.matchAll(/--[a-z]+/g)) assert.ok(help.includes(` ${option} `), `peerwatch demo has no ${option}`)
}

/** One test for each command of a page, and scripts that the page has a reader save under a name. */
function follow(file: string, place: () => Promise<DocPlace>): void {
  for (const block of blocksOf(file)) {
    const [, name] = (block.language === 'ts' ? /^\/\/ (\S+\.ts)\n/.exec(block.text) : null) ?? []
    if (name != null) test(`${file}:${block.line}: ${name} is saved`, async () => (await place()).write(name, block.text))
    for (const command of commandsOf(block)) {
      if (NOT_RUN.includes(programOf(command))) continue
      test(`${file}:${block.line}: ${command}`, async () => {
        if (isDemo(command)) await checkDemo(command)
        else await (await place()).run(command)
      })
    }
  }
}

/** A session, as it is shown: each command is run, and asked again until it answers as the page says. */
function replay(file: string, place: () => Promise<DocPlace>): void {
  for (const block of blocksOf(file)) {
    for (const { command, answer } of exchangesOf(block)) {
      test(`${file}:${block.line}: ${command}`, async () => {
        const { run } = await place()
        let said = await run(command)
        const isAnswered = async (): Promise<boolean> => {
          if (unsaid(answer, said) == null) return true
          // what a node says at its start it says once
          if (/^peerwatch (init|seed|trusted|peer) /.test(command)) assert.fail(`it did not say: ${unsaid(answer, said)}\n${said}`)
          said = await run(command)
          return false
        }
        await until(isAnswered, `\`${command}\` says: ${unsaid(answer, said)}; it said ${said}`)
      })
    }
  }
}

test('a shown answer is compared line by line, with … for what differs', () => {
  const said = 'role      peer\nregistry  registered, 1 seed\nmore'
  assert.equal(unsaid(['role … peer', 'registry … registered, 1 seed'], said), undefined)
  assert.equal(unsaid(['registry … seed', 'role … peer'], said), 'role … peer')
  assert.equal(unsaid(['registry … 2 seeds'], said), 'registry … 2 seeds')
  assert.equal(unsaid(['ro.e … peer'], said), 'ro.e … peer')
})

function placeFor(name: string, prepare?: (place: DocPlace) => Promise<void>): () => Promise<DocPlace> {
  let made: Promise<DocPlace> | undefined
  after(async () => (await made)?.close())
  return async () =>
    (made ??= docPlace(name).then(async place => {
      await prepare?.(place)
      return place
    }))
}

suite('README.md', () => {
  follow('README.md', placeFor('readme'))

  test('packages/cli/README.md shows the same commands', async () => {
    const shown = new Set(blocksOf('README.md').flatMap(commandsOf))
    for (const command of blocksOf('packages/cli/README.md').flatMap(commandsOf)) {
      if (isDemo(command)) await checkDemo(command)
      else assert.ok(shown.has(command), command)
    }
  })
})

suite(TOUR, () => {
  replay(TOUR, placeFor('tour'))
})

suite('the other pages', () => {
  const place = placeFor('pages', async ({ run, write }) => {
    await run('peerwatch init my-network')
    await write('seed.yaml', blocksOf('docs/configuration.md').find(({ language }) => language === 'yaml')?.text ?? '')
  })
  for (const file of [FIRST, ...DOCUMENTS.filter(name => ![FIRST, TOUR, 'README.md'].includes(name))]) follow(file, place)

  test('docs/running-a-network.md: every node has the last roster, without the trusted node that came and went', async () => {
    const { run } = await place()
    for (const data of ['peerwatch-data/peer', 'peerwatch-data/trusted-1', 'peerwatch-data/seed-1', 'other-peer']) {
      await run(`peerwatch status --json --data ${data} | jq .rosterVersion | grep --quiet '^5$'`)
    }
  })
})
