/**
 * Tries small changes in the code behind each invariant and says which of them no test notices.
 *
 *   npm run mutate -- [--sample N] [--seed S] [--minutes M] [--jobs N] [--json] [R4 …]
 *
 * Each change is made in a copy of the sources and the tests that name its invariant are run there: one of them has to fail, or, where they end at all without the change, to hang for three times as long.
 * They are run without the change first, since a test that fails anyway notices nothing. After `--minutes` no further change is begun.
 * Exit code 1 when a change survives or no longer applies.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { seededRng, shuffled } from '@peerwatch/model'
import { mutated } from './mutations/mutation.ts'
import { sourceCopy } from './mutations/source-copy.ts'
import { mutations } from './mutations/table.ts'
import { runTests } from './mutations/run-tests.ts'
import { testsOf } from './mutations/tests-of.ts'
import type { Mutation } from './mutations/mutation.ts'
import type { TestRun } from './mutations/run-tests.ts'
import type { SourceCopy } from './mutations/source-copy.ts'

interface Tried extends Mutation {
  readonly outcome: 'noticed' | 'hangs' | 'survived' | 'does not run' | 'its tests fail without it'
  readonly tookMs: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    jobs: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const asked = mutations.filter(({ id }) => positionals.length === 0 || positionals.includes(id))
const chosen = values.sample == null ? asked : shuffled(asked, seededRng(seed)).slice(0, Number(values.sample))
for (const mutation of chosen) mutated(readFileSync(mutation.file, 'utf8'), mutation)
const say = (line: string): void => {
  if (!values.json) console.log(line)
}
say(`${chosen.length} of ${mutations.length} changes${values.sample == null ? '' : `, drawn with --seed ${seed}`}`)

const untilMs = performance.now() + Number(values.minutes) * 60_000
const results: Tried[] = []
const byId = [...Map.groupBy(chosen, ({ id }) => id)]
await Promise.all(Array.from({ length: Math.min(byId.length, Number(values.jobs ?? availableParallelism())) }, work))
const bad = results.filter(({ outcome }) => outcome !== 'noticed' && outcome !== 'hangs')
if (values.json) console.log(JSON.stringify({ seed, results }, null, 2))
say(bad.length === 0 ? `ok: each of ${results.length} changes that were tried was noticed` : `${bad.length} of ${results.length} changes were not noticed`)
process.exitCode = bad.length === 0 && results.length > 0 ? 0 : 1

/** One copy of the sources, in which one invariant after the other is tried. */
async function work(): Promise<void> {
  using copy = sourceCopy()
  for (let next = byId.shift(); next != null && performance.now() < untilMs; next = byId.shift()) await tryInvariant(copy, ...next)
}

async function tryInvariant(copy: SourceCopy, id: string, tries: readonly Mutation[]): Promise<void> {
  const healthy = await runTests(copy.folder, id, testsOf(id))
  const limitMs = Math.max(30_000, healthy.tookMs * 3)
  for (const mutation of tries) {
    if (performance.now() >= untilMs) return
    const { outcome, tookMs } =
      healthy.outcome === 'passed' ? await tryOne(copy, mutation, limitMs) : { outcome: 'its tests fail without it' as const, tookMs: 0 }
    results.push({ ...mutation, outcome, tookMs })
    say(
      `${outcome === 'noticed' || outcome === 'hangs' ? outcome.padEnd(8) : outcome.toUpperCase()} ${id.padEnd(4)} ${(tookMs / 1000).toFixed(1).padStart(6)} s  ${mutation.file}: ${oneLine(mutation.text)} → ${oneLine(mutation.becomes)}`
    )
  }
}

async function tryOne(copy: SourceCopy, mutation: Mutation, limitMs: number): Promise<Pick<Tried, 'outcome' | 'tookMs'>> {
  const restore = copy.change(mutation.file, source => mutated(source, mutation))
  try {
    const { outcome, tookMs } = await runTests(copy.folder, mutation.id, testsOf(mutation.id), limitMs)
    const said: Record<TestRun['outcome'], Tried['outcome']> = { passed: 'survived', failed: 'noticed', 'too long': 'hangs', 'no test ran': 'does not run' }
    return { outcome: said[outcome], tookMs }
  } finally {
    restore()
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 70 ? `${line.slice(0, 69)}…` : line
}
