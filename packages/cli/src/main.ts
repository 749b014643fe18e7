/**
 * The `peerwatch` command.
 *
 * @packageDocumentation
 */
import { runProgram } from './program.ts'
import { endWithReader } from './reader.ts'
import { describeError } from './report-error.ts'
import { endWithStarter } from './starter/end-with-starter.ts'

const args = process.argv.slice(2)

endWithReader()
endWithStarter()
process.on('uncaughtException', error => {
  const { line, stack, exitCode } = describeError(error, 'peerwatch --help')
  console.error(args.includes('--debug') && stack != null ? `${line}\n${stack}` : line)
  process.exit(exitCode)
})

process.exitCode = await runProgram(args)
