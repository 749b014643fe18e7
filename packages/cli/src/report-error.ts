import { CommanderError } from 'commander'
import { UsageError } from './usage-error.ts'

/** Exit codes of every command; docs/errors.md has the same table. */
export const EXIT = Object.freeze({ ok: 0, failed: 1, usage: 2, tooBusy: 3, sigint: 130, sigterm: 143 })

/** Codes that say "typed wrong" although a package below found it. */
const USAGE_CODES = new Set(['bad-option', 'bad-config'])

const EXPECTATIONS: Record<string, string> = {
  'commander.unknownOption': 'an option of this command',
  'commander.unknownCommand': 'a command',
  'commander.missingArgument': 'it after the command',
  'commander.optionMissingArgument': 'a value after it',
  'commander.missingMandatoryOptionValue': 'it to be given'
}

const TOO_MANY = /^(too many arguments for '[^']+')\. Expected (\d+) arguments? but got \d+: (.*)\.$/

function fromCommander(error: CommanderError, help: string): UsageError {
  const [first = '', ...suggestions] = error.message.replace(/^error: /, '').split('\n')
  const [, found = first, most, given] = TOO_MANY.exec(first) ?? []
  if (given != null) return new UsageError(`${found}: ${given}`, most === '0' ? 'none' : `${most}`, undefined, { cause: error })
  const suggestion = suggestions.join(' ').trim().replaceAll(/[()]/g, '')
  const expected = EXPECTATIONS[error.code] ?? 'valid arguments'
  return new UsageError(first, expected, suggestion === '' ? undefined : `${suggestion} See \`${help}\``, { cause: error })
}

export interface ErrorReport {
  /** One line for stderr; undefined where nothing needs to be said. */
  readonly line: string | undefined
  readonly exitCode: number
  /** For `--debug`. */
  readonly stack?: string
}

const WORD_MOST = 400

/** As a message stands on one line, whatever it quotes; of a word that fills screens the beginning. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\S+/g, word => (word.length > WORD_MOST ? `${word.slice(0, WORD_MOST)}…` : word))
}

/** Puts an error into words for people, and gives the exit code. It shows no stack trace unless somebody asks. */
export function describeError(error: unknown, help: string): ErrorReport {
  if (error instanceof CommanderError) {
    const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code)
    if (asked) return { line: undefined, exitCode: EXIT.ok }
    if (error.code === 'commander.help') return { line: undefined, exitCode: EXIT.usage }
    return describeError(fromCommander(error, help), help)
  }
  if (error instanceof UsageError) {
    const { found, expected, remedy = `see \`${help}\``, stack } = error
    return { line: `peerwatch: usage: ${oneLine(`${found}; expected ${expected}; ${remedy}`)}`, exitCode: EXIT.usage, ...(stack != null && { stack }) }
  }
  const { code, message, stack, name } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined, message: String(error), stack: undefined, name: '' }
  const known = ['NodeError', 'ServicesError', 'AttacksError'].includes(name) && typeof code === 'string'
  const line = known
    ? `peerwatch: ${code}: ${oneLine(message)}`
    : `peerwatch: internal: ${oneLine(message)}; expected no such error; run it again with --debug and report what it prints`
  return { line, exitCode: known && USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed, ...(stack != null && { stack }) }
}
