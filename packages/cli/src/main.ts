/**
 * The `peerwatch` command.
 *
 * @packageDocumentation
 */
import { runProgram } from './program.ts'
import { describeError } from './report-error.ts'

const args = process.argv.slice(2)

// `peerwatch status | head` closes our output: no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
process.on('uncaughtException', error => {
  const { line, stack, exitCode } = describeError(error, 'peerwatch --help')
  console.error(args.includes('--debug') && stack != null ? `${line}\n${stack}` : line)
  process.exit(exitCode)
})

process.exitCode = await runProgram(args)
