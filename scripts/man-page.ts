import { Help } from 'commander'
import { createProgram } from '../packages/cli/src/program.ts'
import { version } from '../packages/cli/src/version.ts'
import type { Argument, Command, Option } from 'commander'

/** Text of one line in roff: a hyphen that can be copied, and nothing that begins a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1')
    .replaceAll(/[^\p{ASCII}]/gu, letter => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
}

function literal(text: string): string {
  return `.nf\n${escaped(text)}\n.fi`
}

/** What `addHelpText` puts below the options. */
function helpBelow(command: Command): string {
  let written = ''
  command.configureOutput({
    writeOut: text => {
      written += text
    }
  })
  command.outputHelp()
  return written.slice(command.helpInformation().length).trim()
}

const help = new Help()

function term(what: string, about: string): string {
  return `.TP\n.B ${escaped(what)}\n${escaped(about === '' ? '(no more is said)' : about)}`
}

function optionTerm(option: Option): string {
  const choices = option.argChoices == null ? '' : ` (one of: ${option.argChoices.join(', ')})`
  return term(option.flags, `${option.description}${choices}`)
}

function argumentTerm(argument: Argument): string {
  return term(help.argumentTerm(argument), help.argumentDescription(argument))
}

/** A section for a command, and one for each below it. */
function sections(command: Command, path: string): string[] {
  const own = [
    `.SS ${escaped(path)}`,
    escaped(command.description()),
    '.PP',
    `.B ${escaped(`${path} ${command.usage()}`)}`,
    ...help.visibleArguments(command).map(argumentTerm),
    ...help.visibleOptions(command).map(optionTerm),
    '.PP',
    literal(helpBelow(command))
  ]
  return [own.join('\n'), ...below(command, path)]
}

function below(command: Command, path: string): string[] {
  return help
    .visibleCommands(command)
    .filter(each => each.name() !== 'help')
    .flatMap(each => sections(each, `${path} ${each.name()}`))
}

/** `peerwatch.1`, made from the commands themselves. */
export async function manPage(): Promise<string> {
  const program = await createProgram()
  return `${[
    '.\\" Made by scripts/generate-man.ts from the commands: `npm run generate` writes it anew.',
    `.TH PEERWATCH 1 "" "peerwatch ${version()}"`,
    '.SH NAME',
    `peerwatch \\- ${escaped(program.description())}`,
    '.SH SYNOPSIS',
    '.B peerwatch',
    escaped(program.usage()),
    '.SH DESCRIPTION',
    literal(helpBelow(program)),
    '.SH OPTIONS',
    ...help.visibleOptions(program).map(optionTerm),
    '.SH COMMANDS',
    ...below(program, 'peerwatch')
  ].join('\n')}\n`
}
