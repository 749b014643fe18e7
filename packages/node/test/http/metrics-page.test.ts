import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { COUNTERS, GAUGES } from '../../src/http/metrics-table.ts'

const PAGE = new URL('../../../../docs/metrics.md', import.meta.url)

function rows(table: Readonly<Record<string, { readonly help: string; readonly label?: string }>>): string {
  return Object.entries(table)
    .map(([name, { help, label }]) => `| \`${name}\` | ${label == null ? '' : `\`${label}\``} | ${help} |`)
    .join('\n')
}

const page = `# Metrics

\`GET /metrics\` on a node's HTTP port answers in Prometheus' text format, without a token. This page is written by \`UPDATE=1 node --test packages/node/test/http/metrics-page.test.ts\` from the table in \`packages/node/src/http/metrics-table.ts\`.

A label has at most 32 values; what comes after is counted as \`other\`, since a peer may choose some of them. No metric names a peer.

## Counters, since the start of the process

| metric | label | counts |
|---|---|---|
${rows(COUNTERS)}

## Gauges, read at each scrape

A gauge that the node's role does not have is absent.

| metric | label | shows |
|---|---|---|
${rows(GAUGES)}
`

// for people: rewrites the page instead of comparing it
if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page)

test('docs/metrics.md lists exactly the metrics that a node has', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), page, 'UPDATE=1 rewrites the page')
})
