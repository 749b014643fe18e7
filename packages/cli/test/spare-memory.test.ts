import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'

const SMALL = `import { spareMemory } from '${new URL('../src/spare-memory.ts', import.meta.url).href}'
spareMemory()`
/** As modules do while they are loaded: much is made, and a good part of it stays. */
const WORK = `
const kept = []
for (let made = 0; made < 1_000_000; made++) kept.push({ made })
const { getHeapSpaceStatistics } = await import('node:v8')
const sizes = []
// threads of V8 hold pages of it while they collect: the least of some looks
for (let look = 0; look < 10; look++) {
  await new Promise(resolve => setTimeout(resolve, 5))
  sizes.push(getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size)
}
console.log(Math.min(...sizes))`

function newSpaceBytes(script: string): number {
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env: {} }))
}

test('the space for new objects stays small, which this V8 would not do by itself', () => {
  // 1 to 6 MiB, as garbage happens to be collected, against 64 MiB
  const [spared, usual] = [newSpaceBytes(SMALL + WORK), newSpaceBytes(WORK)]
  assert.ok(spared <= usual / 4, `${spared} bytes against ${usual}`)
})

const HOT = `
const sum = values => { let all = 0; for (const value of values) all = (all + value * 3) | 0; return all }
const values = Array.from({ length: 1_000 }, (_, at) => at)
for (let turn = 0; turn < 20_000; turn++) sum(values)
await new Promise(resolve => setTimeout(resolve, 50))
for (let turn = 0; turn < 20_000; turn++) sum(values)`

function compilers(script: string): string[] {
  const told = execFileSync(process.execPath, ['--trace-opt', '--input-type=module', '--eval', script], { encoding: 'utf8', env: {} })
  return [...new Set([...told.matchAll(/\bcompiling method .*\(target (\w+)\)/g)].map(([, compiler = '']) => compiler))].toSorted()
}

test('what runs often is compiled for speed, and never by the compiler that takes most memory', () => {
  assert.deepEqual(compilers(SMALL + HOT), ['MAGLEV'])
  assert.ok(
    compilers(HOT).some(compiler => compiler.startsWith('TURBOFAN')),
    'this V8 would by itself'
  )
})

test('a small array that stays keeps no more than a few kilobytes, and V8 knows all that it is asked for', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `${SMALL}\n// what is left of the pool that there was before
for (let made = 0; made < 100; made++) Buffer.from(new Uint8Array(1_000))
console.log(Buffer.from('small').buffer.byteLength)`
    ],
    { encoding: 'utf8', env: {} }
  )
  assert.deepEqual([stdout.trim(), stderr], ['8192', ''])
})
