import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgram } from '../src/program.ts'
import { eventsText } from '../src/event-filter.ts'
import type { Command } from 'commander'

function* all(command: Command): Generator<Command> {
  yield command
  for (const each of command.commands) yield* all(each)
}

test('C161: no help says the default of an option twice', async () => {
  const options = [...all(await createProgram())].flatMap(command =>
    command.options.map(option => `${command.name()} ${option.flags}: ${command.createHelp().optionDescription(option)}`)
  )
  assert.ok(options.length > 100, `${options.length} options`)
  assert.deepEqual(
    options.filter(text => text.split('default:').length > 2),
    []
  )
})

test('the names of events stand in one column', () => {
  const columns = eventsText()
    .split('\n')
    .flatMap(line => /^ {2}\S+ +(?=\S)/.exec(line)?.[0].length ?? [])
  assert.equal(new Set(columns).size, 1, columns.join())
})
