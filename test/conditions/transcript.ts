import type { Answered } from './try-all.ts'

const HEAD = `What the commands say where something is missing, shut, damaged, taken or mistyped, as a user who is not root.
Written by \`UPDATE=1 npx node --test test/conditions.test.ts\`; a change of it is read by a person. Commands that say the same stand together,
and of what doctor finds only what is not right is shown.
`

/** For people: commands that say the same stand together, above it. */
export function transcript(answered: readonly Answered[]): string {
  return [HEAD, ...answered.map(section)].join('\n')
}

function section({ condition, told }: Answered): string {
  const together = new Map<string, string[]>()
  for (const { line, said, exitCode } of told) {
    const text = `${wrong(said).trimEnd()}\n[exit code ${exitCode}]`
    together.set(text, [...(together.get(text) ?? []), `$ ${line.replace(/^((?:[A-Z_]+=\S* )*)/, '$1peerwatch ')}`])
  }
  return [`\n## ${condition}\n`, ...[...together].map(([text, lines]) => `${lines.join('\n')}\n${text}\n`)].join('\n')
}

/** Long help and long lists are not what this is about. */
const LONG = 700

function wrong(said: string): string {
  const lines = said.split('\n').filter(line => !/^ok {6}\w/.test(line))
  return lines.map(line => (line.length > LONG ? `${line.slice(0, LONG / 2)} … ${line.slice(-LONG / 4)}` : line)).join('\n')
}
