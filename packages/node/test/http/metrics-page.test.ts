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

\`GET /metrics\` on a node's HTTP port answers in Prometheus' text format, without a token. No metric names a peer. A node shows only the metrics of its role.

A peer may choose some values of a label. So a label has at most 32 values, and a node counts all further ones as \`other\`. For example, \`peerwatch_faults_total{protocol="/peerwatch/tree/1.0.0"}\` counts the faults on one protocol.

The table in \`packages/peer/src/metrics/table.ts\` is the source of this page: \`UPDATE=1 npx node --test packages/node/test/http/metrics-page.test.ts\` writes the page from it.

## Counters, since the start of the process

| metric | nodes | label | counts |
|---|---|---|---|
${rows(row => 'event' in row)}

## Gauges, read at each scrape

| metric | nodes | label | shows |
|---|---|---|---|
${rows(row => !('event' in row))}

## libp2p's own

A node that the \`peerwatch\` command runs also shows the metrics of libp2p and of the process: \`libp2p_…\`, \`process_…\`, \`nodejs_…\`. A program gets them with \`createNode({ libp2pMetrics: true })\`. Those of the process stand for all nodes in it. The event loop and the garbage collections are measured from the first scrape on: in a node that nobody scrapes nothing runs for them.

## In your own libp2p node

Give your libp2p node \`metrics: prometheusMetrics()\` of \`@libp2p/prometheus-metrics\`. Then \`peerwatch()\` adds all metrics above that a peer has to the same registry. The services of the other roles add theirs. \`peerwatch({ metrics: false })\` adds none. Here too, give libp2p's metrics to one node of the process.

## Traces

\`traced(node.services.peerwatch, trace.getTracer('peerwatch'))\` of \`@peerwatch/peer\` makes OpenTelemetry spans with the tracer that you give it. Without this call there are none.

- \`peerwatch.report\` runs from an observation to the answer of a trusted node.
- \`peerwatch.case\`, on trusted nodes, runs from an accusation to the end of the case.

Unlike metrics, spans name peers. The \`peerwatch\` command has no switch for them. To trace the cases of a trusted node, start it from a program with \`createNode({ role: 'trusted', … })\`, \`traced(node.libp2p.services.peerwatch, …)\` and OpenTelemetry's SDK.

## Prometheus and Grafana

\`deploy/\` has \`prometheus.yml\` (for the nodes of docker-compose.yml), \`alerts.yml\`, and the board \`grafana/peerwatch.json\` for Grafana. \`npm run check:deploy\` checks them, and the answers of a node, with promtool and a Prometheus that watches a small network.

A node shows its API on loopback only. If Prometheus runs elsewhere, give the node \`--http-host 0.0.0.0 --http-port 9464\`. Everybody that reaches the port then sees health and metrics; the rest still needs the token. A trusted node's metrics tell how many suspects it examines, so let only Prometheus reach its port.
`

// for people: rewrites the page instead of comparing it
if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page)

test('docs/metrics.md lists exactly the metrics that a node has', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), page, 'UPDATE=1 rewrites the page')
})
