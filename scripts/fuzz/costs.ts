import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { seededRng } from '@peerwatch/model'
import { FAMILIES } from './inputs.ts'
import type { Decoder } from './decoders.ts'
import type { Family } from './inputs.ts'

/** What an input may cost: docs/limits.md has the same figures. */
export const COST_LIMITS = Object.freeze({ inputMs: 50, doublingRatio: 2.5, heldBytes: 8 * 1024 * 1024 })

export interface DecoderCost {
  readonly name: string
  readonly inputs: number
  readonly worstMs: number
  /** What twice the input cost, at most, where it could be measured. */
  readonly worstRatio: number
  /** What was made of one input. */
  readonly heldBytes: number
  /** Seeds and families of what went beyond a limit. */
  readonly beyond: readonly string[]
}

/** The largest input that there can be is compared with its half: where it costs less than a tenth of what one may, it does not matter how it grew. */
const MEASURABLE_MS = 5
const MEASURED_MS = 30
const TIMES_LEAST = 3
/** What is beyond a limit is measured again: a collection of garbage, or code that was not compiled yet, is not the input's. */
const TRIES = 5
const LEAST_BYTES = 16

export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

async function isDecoded(decoder: Decoder, bytes: Uint8Array, seed: number): Promise<boolean> {
  try {
    await decoder.decode(bytes, seededRng(seed))
    return true
  } catch {
    // as most of it should
    return false
  }
}

async function decodeMs(decoder: Decoder, bytes: Uint8Array, seed: number): Promise<number> {
  const before = cpuMs()
  await isDecoded(decoder, bytes, seed)
  return cpuMs() - before
}

async function leastMs(decoder: Decoder, bytes: Uint8Array, seed: number): Promise<number> {
  let least = Infinity
  for (let each = 0; each < TRIES; each++) least = Math.min(least, await decodeMs(decoder, bytes, seed))
  return least
}

/** Over so many times that the clock of the thread, which may tick every 4 ms, can tell. */
async function averageMs(decoder: Decoder, bytes: Uint8Array, seed: number): Promise<number> {
  const before = cpuMs()
  let times = 0
  while (times < TIMES_LEAST || cpuMs() - before < MEASURED_MS) {
    await decodeMs(decoder, bytes, seed)
    times++
  }
  return (cpuMs() - before) / times
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

async function heldBytes(decoder: Decoder, bytes: Uint8Array, seed: number): Promise<number> {
  collectGarbage()
  const before = process.memoryUsage()
  const held = await decoder.decode(bytes, seededRng(seed))
  collectGarbage()
  const after = process.memoryUsage()
  return held == null ? 0 : Math.max(0, after.heapUsed - before.heapUsed) + Math.max(0, after.arrayBuffers - before.arrayBuffers)
}

interface Beyond {
  worstMs: number
  worstRatio: number
  heldBytes: number
  readonly beyond: string[]
}

async function doubled(decoder: Decoder, family: Family, seed: number, cost: Beyond): Promise<void> {
  const [half, whole] = [decoder.maxBytes / 2, decoder.maxBytes].map(bytes => family.make(bytes, seededRng(seed), decoder.valid)) as [Uint8Array, Uint8Array]
  const note = (what: string): void => void cost.beyond.push(`${what}: ${family.name}, seed ${seed}`)
  let wholeMs = await leastMs(decoder, whole, seed)
  // where one of them is refused halfway they are not the same twice
  const isHeld = await isDecoded(decoder, whole, seed)
  const isComparable = (await isDecoded(decoder, half, seed)) === isHeld
  if (wholeMs >= MEASURABLE_MS && isComparable) {
    let halfMs = Infinity
    for (let each = 0; each < TRIES && (each === 0 || wholeMs > COST_LIMITS.doublingRatio * halfMs); each++) {
      wholeMs = Math.min(each === 0 ? Infinity : wholeMs, await averageMs(decoder, whole, seed))
      halfMs = Math.min(halfMs, await averageMs(decoder, half, seed))
    }
    const ratio = wholeMs / halfMs
    if (wholeMs >= MEASURABLE_MS) cost.worstRatio = Math.max(cost.worstRatio, ratio)
    if (wholeMs >= MEASURABLE_MS && ratio > COST_LIMITS.doublingRatio) note(`twice the input costs ${ratio.toFixed(1)} times as much, ${wholeMs.toFixed(1)} ms`)
  }
  const held = isHeld ? await heldBytes(decoder, whole, seed) : 0
  cost.heldBytes = Math.max(cost.heldBytes, held)
  if (held > COST_LIMITS.heldBytes) note(`${held} bytes are held`)
}

/** Decodes so many hostile inputs of all sizes, each from a seed of its own, and measures what each costs this thread. */
export async function costsOf(decoder: Decoder, inputs: number, seed: number): Promise<DecoderCost> {
  const cost: Beyond = { worstMs: 0, worstRatio: 0, heldBytes: 0, beyond: [] }
  for (const family of FAMILIES) await doubled(decoder, family, seed, cost)
  for (let each = 0; each < inputs; each++) {
    const inputSeed = seed + each
    const rng = seededRng(inputSeed)
    const family = FAMILIES[each % FAMILIES.length]!
    // as many small ones as large ones: what is quadratic shows in the large ones, what is odd in the small ones
    const bytes = family.make(Math.round(LEAST_BYTES * (decoder.maxBytes / LEAST_BYTES) ** rng()), rng, decoder.valid)
    let ms = await decodeMs(decoder, bytes, inputSeed)
    if (ms > COST_LIMITS.inputMs) ms = await leastMs(decoder, bytes, inputSeed)
    cost.worstMs = Math.max(cost.worstMs, ms)
    if (ms > COST_LIMITS.inputMs) cost.beyond.push(`${ms.toFixed(1)} ms: ${family.name}, ${bytes.byteLength} bytes, seed ${inputSeed}`)
  }
  return { name: decoder.name, inputs, ...cost }
}
