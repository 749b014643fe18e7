import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { METRICS } from '../../../peer/src/metrics/table.ts'
import type { MetricRow, RolePart } from '../../../peer/src/metrics/metric.ts'

const PAGE = new URL('../../../../docs/metrics.md', import.meta.url)
const NODES: Readonly<Record<RolePart, string>> = { reporting: 'peers, watchers', seed: 'seeds', tier: 'trusted nodes' }

function rows(isWanted: (row: MetricRow) => boolean): string {
  return Object.entries(METRICS)
    .filter(([, row]) => isWanted(row))
    .map(([name, { help, label, of }]) => `| \`${name}\` | ${of == null ? 'all' : NODES[of]} | ${label == null ? '' : `\`${label}\``} | ${help} |`)
    .join('\n')
}

const page = `# Metrics

\`GET /metrics\` on a node's HTTP port answers in Prometheus' text format, without a token. This page is written by \`UPDATE=1 node --test packages/node/test/http/metrics-page.test.ts\` from the table in \`packages/peer/src/metrics/table.ts\`. A new metric is one row of it, and one panel of the board.

A label has at most 32 values; what comes after is counted as \`other\`, since a peer may choose some of them. No metric names a peer. A node does not show the metrics that its role does not have.

## Counters, since the start of the process

| metric | nodes | label | counts |
|---|---|---|---|
${rows(row => 'event' in row)}

## Gauges, read at each scrape

| metric | nodes | label | shows |
|---|---|---|---|
${rows(row => !('event' in row))}

## libp2p's own

A node that the \`peerwatch\` command runs also shows the metrics of libp2p and of the process: \`libp2p_…\`, \`process_…\`, \`nodejs_…\`. From a program it is \`createNode({ libp2pMetrics: true })\`, for one node of a process.

## In your own libp2p node

With \`metrics: prometheusMetrics()\` of \`@libp2p/prometheus-metrics\` beside \`peerwatch()\`, the same registry shows all metrics above that a peer has. The services of the other roles do the same for theirs. libp2p's metrics belong to the whole process, so give them to one of its nodes. \`peerwatch({ metrics: false })\` leaves ours out.

## Traces

\`traced(node.services.peerwatch, trace.getTracer('peerwatch'))\` of \`@peerwatch/peer\` makes OpenTelemetry spans with whatever tracer it is given, and nothing until it is called: \`peerwatch.report\` from observation to answer, on trusted nodes \`peerwatch.case\` from accusation to its end. Spans name peers. The \`peerwatch\` command has no switch for it: a trusted node whose cases are to be traced is started by a program, with \`createNode({ role: 'trusted', … })\`, \`traced(node.libp2p.services.peerwatch, …)\` and OpenTelemetry's SDK.

## Prometheus and Grafana

\`deploy/\` has \`prometheus.yml\` (the nodes of docker-compose.yml), \`alerts.yml\`, and for Grafana the board \`grafana/peerwatch.json\`. \`npm run check:deploy\` checks all of them, and what a node answers, with promtool and a Prometheus that watches a small network.

A node shows its API on loopback. To be scraped from elsewhere it needs \`--http-host 0.0.0.0 --http-port 9464\`: that shows health and metrics to whoever reaches the port, and leaves the rest behind the token. A trusted node's metrics tell how many suspects are under examination: let only Prometheus reach its port.
`

// for people: rewrites the page instead of comparing it
if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page)

test('docs/metrics.md lists exactly the metrics that a node has', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), page, 'UPDATE=1 rewrites the page')
})
