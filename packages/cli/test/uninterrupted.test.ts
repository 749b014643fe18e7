import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

const WORK = `
import { once } from 'node:events'
import { uninterrupted } from ${JSON.stringify(new URL('../src/uninterrupted.ts', import.meta.url).href)}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => console.log('heard'))
await uninterrupted(async () => {
  console.log('begun')
  await once(process.stdin, 'data')
  console.log('written')
})
console.log('went on')
process.stdin.destroy()
`

async function begun(): Promise<{ readonly child: ChildProcessWithoutNullStreams; readonly said: () => string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', WORK])
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(child.stdout, 'data')
  return { child, said: () => said }
}

test('C140: what writes files comes to its end before a signal ends the process, which then ends by that signal', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const { child, said } = await begun()
    child.kill(signal)
    await once(child.stdout, 'data')
    child.stdin.write('go on\n')
    const [, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    assert.equal(by, signal)
    assert.equal(said(), 'begun\nheard\nwritten\n')
  }
})

test('C140: a second signal ends it at once', async () => {
  const { child, said } = await begun()
  child.kill('SIGINT')
  child.kill('SIGTERM')
  const [, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  assert.ok(by === 'SIGINT' || by === 'SIGTERM', String(by))
  assert.doesNotMatch(said(), /written/)
})

test('without a signal it goes on, and signals end it as ever afterwards', async () => {
  const { child, said } = await begun()
  child.stdin.write('go on\n')
  const [code] = (await once(child, 'close')) as [number | null]
  assert.equal(code, 0)
  assert.equal(said(), 'begun\nwritten\nwent on\n')
})
