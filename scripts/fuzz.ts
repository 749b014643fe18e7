/**
 * Decodes hostile bytes with everything that decodes what others send, and says what they cost.
 *
 *   npm run fuzz -- [--inputs N] [--streams N] [--seed S] [--json]
 *
 * `--inputs` are decoded in memory, `--streams` are sent to real nodes, sliced in every way. CPU is that of the thread that decodes. Exit code 1 when an
 * input costs more than docs/limits.md says; each is named by its seed.
 */
import { parseArgs } from 'node:util'
import { costsOf } from './fuzz/costs.ts'
import { decoders } from './fuzz/decoders.ts'
import { streamCosts } from './fuzz/streams.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    streams: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!values.json) console.log(`seed ${seed}`)
const all = await decoders()
const rows = []
for (const decoder of all) rows.push(await costsOf(decoder, Math.ceil(Number(values.inputs) / all.length), seed))
if (Number(values.streams) > 0) rows.push(...(await streamCosts(Number(values.streams), seed)))
const pass = rows.every(({ beyond }) => beyond.length === 0)
if (values.json) console.log(JSON.stringify({ seed, pass, decoders: rows }, undefined, 2))
else {
  for (const { name, inputs, worstMs, worstRatio, heldBytes, beyond } of rows) {
    console.log(
      `${name.padEnd(26)} ${String(inputs).padStart(7)} inputs  worst ${worstMs.toFixed(1).padStart(5)} ms  doubled × ${worstRatio.toFixed(1)}  held ${Math.ceil(heldBytes / 1024)} KiB`
    )
    for (const each of beyond.slice(0, 10)) console.log(`  ${each}`)
  }
}
process.exit(pass ? 0 : 1)
