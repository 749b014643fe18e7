import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Gauge, Registry } from 'prom-client'
import { metricPage } from '../../src/metrics/metric-page.ts'

function lines(text: string): string[] {
  return text.split('\n').filter(line => line !== '')
}

test('a page is what prom-client would write, with hostile labels and odd numbers', async () => {
  const label = 'of'
  const values = { plain: 1, 'a "quoted" back\\slash\nand a new line': 2.5, large: Infinity, small: -Infinity, big: 1e21 }
  const help = 'What it is:\nwith a \\ and a new line'
  const registry = new Registry()
  const registers = [registry]
  const page = metricPage()
  const theirs = new Counter({ registers, name: 'one_total', help, labelNames: [label] })
  const ours = page.sink.counter('one_total', { help, label })
  for (const [value, by] of Object.entries(values)) {
    if (!(by >= 0 && by < Infinity)) continue
    theirs.inc({ [label]: value }, by)
    ours(by, value)
  }
  const alone = new Counter({ registers, name: 'alone_total', help: 'Alone' })
  alone.inc(3)
  page.sink.counter('alone_total', { help: 'Alone' })(3, '')
  const gauge: Gauge = new Gauge({
    registers,
    name: 'now',
    help: 'Now',
    labelNames: [label],
    collect: () => {
      for (const [value, now] of Object.entries(values)) gauge.set({ [label]: value }, now)
    }
  })
  page.sink.gauge('now', { help: 'Now', label }, async () => values)
  registry.registerMetric(new Gauge({ registers: [], name: 'untouched', help: 'Nobody has set it' }))
  page.metric('untouched', { type: 'gauge', help: 'Nobody has set it' })
  assert.deepEqual(lines(await page.text()), lines(await registry.metrics()))
})

test('a metric that is made twice is one, and a reset one with no label is zero again', async () => {
  const page = metricPage()
  const first = page.metric('same', { type: 'gauge', help: 'first' })
  const second = page.metric('same', { type: 'gauge', help: 'second' })
  first.add(2)
  second.add(3)
  assert.match(await page.text(), /^# HELP same first\n# TYPE same gauge\nsame 5\n$/)
  second.reset()
  assert.match(await page.text(), /^same 0$/m)
})

test('a page is not shown in part: what cannot be read fails it', async () => {
  const page = metricPage()
  page.sink.gauge('broken', { help: 'Broken' }, async () => {
    throw new Error('the disk is gone')
  })
  await assert.rejects(page.text(), /the disk is gone/)
})
