/**
 * The `peerwatch` command.
 *
 * @packageDocumentation
 */
import { endWithStarter } from '@peerwatch/node/starter'
import { runProgram } from './program.ts'
import { endWithReader } from './reader.ts'
import { describeError } from './report-error.ts'
import { complain } from './terminal.ts'

const args = process.argv.slice(2)

endWithReader()
endWithStarter(complain)
process.on('uncaughtException', error => {
  const { line, stack, exitCode } = describeError(error, 'peerwatch --help')
  if (line != null) complain(line)
  if (args.includes('--debug') && stack != null) console.error(stack)
  process.exit(exitCode)
})

process.exitCode = await runProgram(args)
