import { testRecord } from '../../src/testing.ts'
import { levelRecordStore } from '../../src/index.ts'

const [path] = process.argv.slice(2)
const store = await levelRecordStore({ path: path!, storageKey: new Uint8Array(32).fill(7) })

async function write(writer: number): Promise<void> {
  for (let window = 0; ; window++) {
    const record = testRecord({ window, author: `0${writer}`, id: `0${writer}${window.toString(16).padStart(8, '0')}` })
    await store.write([record])
    process.stdout.write(`${record.id}\n`)
  }
}

await Promise.all([1, 2, 3, 4].map(write))
