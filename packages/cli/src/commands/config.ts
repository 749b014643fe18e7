import { fileURLToPath } from 'node:url'
import { roleNames, roleOf } from '@peerwatch/node/roles'
import { Argument } from 'commander'
import { addConfigFlags, configFlags } from '../config-flags.ts'
import { oneOf } from '../parse-option.ts'
import { pageOf, say } from '../terminal.ts'
import type { Command } from 'commander'
import type { Setting } from '@peerwatch/node/config'
import type { NodeRole, Roles } from '@peerwatch/node/roles'
import type { ConfigFlags } from '../config-flags.ts'
import type { Page } from '../table.ts'

const HELP = `
Takes the flags of the role and reads the same file and variables, but starts nothing.

Examples:
  $ peerwatch config seed --config seed.yaml
  $ echo "# yaml-language-server: \\$schema=$(peerwatch config --schema)" > peer.yaml
  $ PEERWATCH_LOG_LEVEL=debug peerwatch config peer --target-degree 4 --json | jq '.options[] | select(.source.kind != "default")'`

/** One row per option, as programs get it. */
async function optionRows(settings: readonly Setting[]): Promise<object[]> {
  const { findOption } = await import('@peerwatch/node/config')
  return settings.map(({ name, value, source }) => {
    const { unit, live, defaultText } = findOption(name)
    return {
      name,
      ...(value !== undefined && { value }),
      ...(value === undefined && defaultText != null && { defaultText }),
      ...(unit != null && { unit }),
      live: live === true,
      source
    }
  })
}

function valueText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(', ') || 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function configText(settings: readonly Setting[], page: Page): Promise<string> {
  const [{ table }, { findOption, placeText }] = await Promise.all([import('../table.ts'), import('@peerwatch/node/config')])
  const rows = settings.map(({ name, value, source }) => {
    const { unit, defaultText } = findOption(name)
    const text = valueText(value) ?? defaultText ?? ''
    const from = source.kind === 'file' ? placeText(source) : source.kind === 'default' ? 'default' : source.name
    const withUnit = typeof value === 'number' && unit != null ? `${text} ${unit}` : text
    return [name, withUnit, source.kind === 'default' ? page.paint('dim', from) : from]
  })
  return table({ head: ['option', 'value', 'from'], rows }, page)
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** `config`: the value of every option, or the rule of its default, and who set it. */
export function addConfigCommand(program: Command, roles: Roles): void {
  const command = program.command('config').description('show every option of a node, and who set it: file, variable, flag or default')
  const names = roleNames(roles)
  const argument = new Argument('[role]', `${listed(names)} (default: options of all)`).argParser(oneOf('the role', names))
  argument.argChoices = names
  command.addArgument(argument)
  addConfigFlags(command)
  command
    .option('--schema', 'print where the JSON Schema of the file lies, for editors')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (role: NodeRole | undefined, flags: ConfigFlags & { readonly json?: true; readonly schema?: true }) => {
      if (flags.schema === true) {
        const schema = fileURLToPath(import.meta.resolve('@peerwatch/node/config.schema.json'))
        console.log(flags.json === true ? JSON.stringify({ schema }) : schema)
        return
      }
      const { loadConfig, warnOfVariables } = await import('../load-config.ts')
      const config = await loadConfig({ file: flags.config, flags: configFlags(flags) })
      warnOfVariables()
      const settings = config.settings(role == null ? undefined : roleOf(role, roles))
      if (flags.json === true) console.log(JSON.stringify({ options: await optionRows(settings) }))
      else say(await configText(settings, pageOf(process.stdout)))
    })
}
