import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { BIN, commandEnv, runCommand } from './support/command.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell']
const PEER = '12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf'
const scripts = new Map<string, string>()
let folder = ''

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peerwatch-completion-'))
  const ran = await Promise.all(SHELLS.map(async shell => runCommand(['completion', shell], { cwd: folder })))
  for (const [index, shell] of SHELLS.entries()) scripts.set(shell, ran[index]!.stdout)
  writeFileSync(join(folder, 'peerwatch.bash'), scripts.get('bash') ?? '')
  mkdirSync(join(folder, 'bin'))
  symlinkSync(BIN, join(folder, 'bin', 'peerwatch'))
  mkdirSync(join(folder, 'config', 'peerwatch'), { recursive: true })
  writeFileSync(join(folder, 'config', 'peerwatch', 'names.json'), JSON.stringify({ [PEER]: 'the old laptop' }))
})
after(() => {
  rmSync(folder, { recursive: true })
})

/** What bash offers for the last of these words, where the package bash-completion is not installed. */
function offered(...words: string[]): string[] {
  const typed = words.map(word => `'${word}'`).join(' ')
  const script = `source ${folder}/peerwatch.bash; COMP_WORDS=(peerwatch ${typed}); COMP_CWORD=${words.length}; __peerwatch_complete 2> /dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = commandEnv({ PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`, XDG_CONFIG_HOME: join(folder, 'config') })
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder, env }).trim().split('\n')
}

for (const { words, expected } of [
  { words: ['se'], expected: ['seed'] },
  { words: ['guest', 'a'], expected: ['add'] },
  { words: ['peer', '--target'], expected: ['--target-degree'] },
  { words: ['peer', '--log-level', 'd'], expected: ['debug'] },
  { words: ['init', 'x', '--preset', 'p'], expected: ['public'] },
  { words: ['completion', 'f'], expected: ['fish'] },
  { words: ['config', 'tr'], expected: ['trusted'] },
  { words: ['peer', '--config', 'peerw'], expected: ['peerwatch.bash'] },
  { words: ['peer', '--behav'], expected: ['--behaviour'] },
  { words: ['peer', '--behaviour', 'cor'], expected: ['corrupts'] },
  { words: ['peer', '--network', 'conf'], expected: ['config/'] },
  { words: ['peer', '--network', 'config/pe'], expected: ['config/peerwatch/'] },
  { words: ['standing', '12D3'], expected: [PEER] },
  { words: ['events', '--peer', ''], expected: [PEER] },
  { words: ['comple'], expected: ['completion'] }
]) {
  test(`bash completes: peerwatch ${words.join(' ')}`, () => {
    assert.deepEqual(offered(...words), expected)
  })
}

test('the scripts of all shells ask the command itself', () => {
  for (const shell of SHELLS) assert.match(scripts.get(shell) ?? '', /peerwatch complete/, shell)
})
