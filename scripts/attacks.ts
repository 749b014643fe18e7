/**
 * Tries attacks on a real local network and prints a row each: what it cost the attacker, what it did, what ended it.
 *
 *   node scripts/attacks.ts --all | NAME... [--json] [--seed N]
 *
 * `--json`: an array of `{ name, cost, effect, endedBy, pass }` on stdout, and nothing else. Progress goes to stderr. Exit code 0 only if every row passes.
 */
import { parseArgs } from 'node:util'
import { ATTACKS } from '@peerwatch/attacks/runs'
import { tryAttacks } from '@peerwatch/attacks/trial'

const USAGE = 'usage: npm run attacks -- --all | NAME... [--json] [--seed N]'

function refuse(message: string): never {
  console.error(`${message}\n${USAGE}\n\n${ATTACKS.map(({ name, does }) => `  ${name.padEnd(24)} ${does}`).join('\n')}`)
  process.exit(2)
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } }
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

const { values, positionals } = parsed()
const unknown = positionals.filter(name => !ATTACKS.some(attack => attack.name === name))
if (unknown.length > 0) refuse(`no attack is named ${unknown.join(', ')}`)
if (!values.all && positionals.length === 0) refuse('which attack?')
const seed = Number(values.seed)
if (!Number.isSafeInteger(seed) || seed < 0) refuse(`--seed: expected a whole number, found ${values.seed}`)

const rows = await tryAttacks(
  ATTACKS.filter(({ name }) => values.all || positionals.includes(name)),
  {
    seed,
    say: line => {
      console.error(line)
    },
    tried: ({ name, cost, effect, endedBy, pass }, tookMs) => {
      if (values.json) return
      console.log(`${pass ? '✓' : '✗'} ${name} (${(tookMs / 1000).toFixed(0)} s)\n    cost      ${cost}\n    did       ${effect}\n    ended by  ${endedBy}`)
    }
  }
)
if (values.json) console.log(JSON.stringify(rows, null, 2))
else console.log(`${rows.filter(({ pass }) => pass).length} of ${rows.length} attacks came to what docs/threat-model.md says`)
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1
