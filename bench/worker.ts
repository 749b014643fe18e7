/** The process behind `startWorker()`: takes one command at a time or several, answers each by its number. */
import { hosts } from './worker/hosts.ts'
import { nodes } from './worker/nodes.ts'
import { reference } from './worker/reference.ts'
import { reporters } from './worker/reporters.ts'
import { usage } from './worker/usage.ts'
import type { Answer } from './workers.ts'

const commands = { ...usage, ...hosts, ...nodes, ...reporters, ...reference }

export type Commands = typeof commands

interface Call {
  readonly id: number
  readonly command: keyof Commands
  readonly argument: never
}

async function answer({ id, command, argument }: Call): Promise<Answer> {
  try {
    return { id, result: await commands[command](argument) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.on('message', message => {
  void answer(message as Call).then(reply => process.send?.(reply))
})
process.on('disconnect', () => process.exit(0))
