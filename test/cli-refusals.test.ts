import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from './support/command.ts'

let root = ''
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerwatch-refusals-'))
})
after(async () => rm(root, { recursive: true, force: true }))

const refusals: readonly { name: string; args: readonly string[]; env?: Record<string, string>; code: number; says: RegExp }[] = [
  {
    name: 'a missing file',
    args: ['peer', '--config', 'none.yaml'],
    code: 2,
    says: /bad-config: the configuration none\.yaml does not exist; expected a YAML file/
  },
  {
    name: 'a variable that does not fit',
    args: ['peer'],
    env: { PEERWATCH_MAX_DEGREE: 'many' },
    code: 2,
    says: /bad-option: the variable PEERWATCH_MAX_DEGREE is "many"; expected a whole number from 1 to 512/
  },
  {
    name: 'a limit that does not fit',
    args: ['seed', '--registry-most-peers', '0'],
    code: 2,
    says: /usage: --registry-most-peers is "0"; expected a whole number from 1 to/
  },
  { name: 'an option of another role', args: ['peer', '--watchers', '1'], code: 2, says: /usage: unknown option '--watchers'/ },
  { name: 'a role that is none', args: ['config', 'pear'], code: 2, says: /usage: the role is "pear"; expected seed, trusted, watcher, peer/ },
  {
    name: 'an event that is none',
    args: ['events', '--type', 'peer:lost'],
    code: 2,
    says: /usage: --type is "peer:lost"; expected an event \(node:started, .*\) or a group \(node, /
  },
  {
    name: 'a log that is nowhere',
    args: ['logs', '--data', 'nowhere'],
    code: 1,
    says: /no-log: nowhere\/log\.jsonl does not exist; expected the log of a node/
  },
  {
    name: 'a log that goes to stdout',
    args: ['logs', '--data', 'nowhere'],
    env: { PEERWATCH_LOG: '-' },
    code: 1,
    says: /no-log: the node writes its log to stdout; expected a log file/
  },
  { name: 'a shell that is none', args: ['completion', 'tcsh'], code: 2, says: /usage: the shell is "tcsh"; expected bash, zsh, fish/ },
  { name: 'a reload without a node', args: ['reload', '--data', 'nowhere'], code: 1, says: /not-running: nowhere\/api\.json does not exist/ }
]

for (const { name, args, env, code, says } of refusals) {
  test(`${name} makes one line with what was found, expected and to do`, async () => {
    const run = await runCommand(args, { cwd: root, env: env ?? {} })
    assert.match(run.stderr, says)
    assert.match(run.stderr, /^peerwatch: [a-z-]+: [^\n]*; expected [^\n]*; [^\n]*\n$/)
    assert.deepEqual([run.code, run.stdout], [code, ''])
  })
}
