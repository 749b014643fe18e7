import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { delay, within } from '../src/index.ts'
import { manualClock } from '../src/testing.ts'

/** Work that only its signal ends. */
async function endless(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}

/** A signal that counts who listens to it. */
function countedSignal(controller: AbortController): { signal: AbortSignal; listeners: () => number } {
  const { signal } = controller
  let listeners = 0
  const add = signal.addEventListener.bind(signal) as (...args: unknown[]) => void
  const remove = signal.removeEventListener.bind(signal) as (...args: unknown[]) => void
  Object.assign(signal, {
    addEventListener: (...args: unknown[]) => {
      listeners++
      add(...args)
    },
    removeEventListener: (...args: unknown[]) => {
      listeners--
      remove(...args)
    }
  })
  return { signal, listeners: () => listeners }
}

suite('within', () => {
  test('work that is done in time leaves neither a timer nor a listener', async () => {
    const clock = manualClock()
    const { signal, listeners } = countedSignal(new AbortController())
    const done = within(clock, 100, async inner => `${inner.aborted} ${listeners()}`, signal)
    assert.equal(clock.pendingCount(), 1)
    assert.equal(await done, 'false 1')
    assert.deepEqual([clock.pendingCount(), listeners()], [0, 0])
  })

  test('work that fails leaves as little, and its own error comes out', async () => {
    const clock = manualClock()
    const { signal, listeners } = countedSignal(new AbortController())
    const failing = within(clock, 100, async () => Promise.reject(new Error('its own')), signal)
    await assert.rejects(failing, { message: 'its own' })
    assert.deepEqual([clock.pendingCount(), listeners()], [0, 0])
  })

  test('after so long its signal aborts with a TimeoutError, and not a moment before', async () => {
    const clock = manualClock()
    const signals: AbortSignal[] = []
    const late = within(clock, 100, async signal => {
      signals.push(signal)
      return endless(signal)
    })
    const isAborted = (): boolean[] => signals.map(({ aborted }) => aborted)
    const refused = assert.rejects(late, { name: 'TimeoutError', message: 'not done within 100 ms' })
    clock.advance(99)
    assert.deepEqual(isAborted(), [false])
    clock.advance(1)
    assert.deepEqual(isAborted(), [true])
    await refused
  })

  test('the outer signal ends it too, with its own reason, also where it was aborted before', async () => {
    const clock = manualClock()
    const outer = new AbortController()
    const cut = assert.rejects(within(clock, 100, endless, outer.signal), { message: 'stopping' })
    outer.abort(new Error('stopping'))
    await cut
    await assert.rejects(
      within(
        clock,
        100,
        async signal => {
          signal.throwIfAborted()
        },
        outer.signal
      ),
      { message: 'stopping' }
    )
    assert.equal(clock.pendingCount(), 0)
  })
})

suite('delay', () => {
  test('it resolves after so long', async () => {
    const clock = manualClock()
    const waiting = delay(clock, 50)
    clock.advance(49)
    assert.equal(clock.pendingCount(), 1)
    clock.advance(1)
    await waiting
    assert.equal(clock.pendingCount(), 0)
  })

  test('an aborted signal ends it at once with its reason, and leaves neither a timer nor a listener', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const { signal, listeners } = countedSignal(controller)
    const waiting = assert.rejects(delay(clock, 50, signal), { message: 'enough' })
    controller.abort(new Error('enough'))
    await waiting
    await assert.rejects(delay(clock, 50, signal), { message: 'enough' })
    assert.deepEqual([clock.pendingCount(), listeners()], [0, 0])
  })
})
