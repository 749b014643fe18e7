import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from './support/command.ts'

const scripts = new Map<string, string>()
let folder = ''

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peerwatch-completion-'))
  const shells = ['bash', 'zsh', 'fish']
  const ran = await Promise.all(shells.map(async shell => runCommand(['completion', shell], { cwd: folder })))
  for (const [index, shell] of shells.entries()) scripts.set(shell, ran[index]!.stdout)
  writeFileSync(join(folder, 'peerwatch.bash'), scripts.get('bash') ?? '')
})
after(() => {
  rmSync(folder, { recursive: true })
})

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const typed = words.map(word => `'${word}'`).join(' ')
  const script = `source ${folder}/peerwatch.bash; COMP_WORDS=(peerwatch ${typed}); COMP_CWORD=${words.length}; _peerwatch; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder }).trim().split('\n')
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
  { words: ['peer', '--behaviour', 'cor'], expected: ['corrupts'] }
]) {
  test(`bash completes: peerwatch ${words.join(' ')}`, () => {
    assert.deepEqual(offered(...words), expected)
  })
}

test('the scripts of zsh and fish name every command and its options', () => {
  for (const word of ['demo', 'doctor', 'target-degree', 'log-level', 'debug']) {
    assert.ok(scripts.get('zsh')?.includes(word), `zsh: ${word}`)
    assert.ok(scripts.get('fish')?.includes(word), `fish: ${word}`)
  }
  assert.match(scripts.get('zsh') ?? '', /^#compdef peerwatch\n/)
  assert.match(scripts.get('fish') ?? '', /^complete -c peerwatch -n '__fish_seen_subcommand_from guest; and __fish_seen_subcommand_from add' -l days -x -d /m)
})
