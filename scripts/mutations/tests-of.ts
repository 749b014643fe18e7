import { readFileSync } from 'node:fs'

/** The test files that docs/invariants.md gives for an invariant. */
export function testsOf(id: string): string[] {
  const row = readFileSync('docs/invariants.md', 'utf8')
    .split('\n')
    .find(line => line.startsWith(`| ${id} |`))
  return [...(row ?? '').matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file)
}
