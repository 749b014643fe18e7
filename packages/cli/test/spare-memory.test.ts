import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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
