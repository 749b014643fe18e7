/**
 * Every block of the documents that a reader may copy is covered: `peerwatch` and other commands are run by docs-shell.test.ts, commands of npm,
 * docker, go and cargo are held here against the files that they use, TypeScript is type-checked, YAML and JSON are read.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseConfigFile } from '@peerwatch/node/config'
import { blocksOf, commandsOf, COVER_PAGES, DOCUMENTS, placeOf, programOf } from './support/doc-blocks.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LANGUAGES = ['', 'sh', 'ts', 'yaml', 'json']
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const blocks = DOCUMENTS.flatMap(blocksOf)
const commands = blocks.flatMap(block => commandsOf(block).map(command => ({ command, place: placeOf(block) })))
const commandsWith = (program: string): { command: string; place: string }[] => commands.filter(({ command }) => programOf(command) === program)

test('every block is of a language that is checked', () => {
  for (const block of blocks) assert.ok(LANGUAGES.includes(block.language), `${placeOf(block)}: nothing checks ${block.language}`)
  assert.ok(commands.length > 50)
})

test('a block without language has no commands among its lines', () => {
  for (const block of blocks) {
    const looksTyped = block.language === '' && /^(\$ |npm |npx |docker |peerwatch [a-z])/m.test(block.text)
    assert.ok(!looksTyped || commandsOf(block).length > 0, `${placeOf(block)}: commands that nothing runs; call it sh`)
  }
})

/** As it is done where the pages are shown: letters, digits and hyphens. */
function anchorsOf(path: string): string[] {
  const headings = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-')
  )
}

test('every link of the documents leads to a file, and to a heading where it names one', () => {
  for (const file of DOCUMENTS) {
    for (const [, path = '', anchor] of read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
      const target = path === '' ? file : join(dirname(file), path)
      assert.ok(existsSync(join(ROOT, target)), `${file}: no ${target}`)
      if (anchor != null) assert.ok(anchorsOf(target).includes(anchor), `${file}: ${target} has no heading #${anchor}`)
    }
  }
})

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

for (const { command, place } of commandsWith('npm')) {
  test(`${place}: ${command}`, () => {
    for (const part of command.split('&&').map(text => text.trim())) {
      const name = /^npm (?:run )?(?<name>[\w:]+)/.exec(part)?.groups?.['name'] ?? ''
      // `npm ci` is npm's own, and the first thing that CI does
      if (name === 'ci') assert.match(read('.ci/run'), /npm ci$/m)
      else {
        assert.ok(Object.hasOwn(scripts, name), `package.json has no script ${name}`)
        for (const [, path = ''] of scripts[name]!.matchAll(/\bnode (\w\S+\.ts)/g)) assert.ok(existsSync(join(ROOT, path)), `${name} runs ${path}`)
      }
    }
  })
}

const compose = read('docker-compose.yml')
const services = [...compose.slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:')).matchAll(/^ {2}([a-z][\w-]*):$/gm)].map(([, name]) => name)
const profiles = [...compose.matchAll(/profiles: \[(\w+)\]/g)].map(([, name]) => name)
const containerTest = read('scripts/container-test.ts') + read('scripts/compose-project.ts')
const cli = read('docs/commands.md')

function checkCompose(words: readonly string[]): void {
  const rest = [...words]
  const option = (name: string): string | undefined => (rest[0] === name ? rest.splice(0, 2)[1] : undefined)
  for (let profile = option('--profile'); profile != null; profile = option('--profile')) assert.ok(profiles.includes(profile), `no profile ${profile}`)
  const [subcommand = ''] = rest.splice(0, 1)
  assert.ok(containerTest.includes(`'${subcommand}'`), `scripts/container-test.ts does not run docker compose ${subcommand}`)
  for (const word of rest) {
    const [, scaled] = /^(\w+)=\d+$/.exec(word) ?? []
    if (scaled != null) assert.ok(services.includes(scaled), `no service ${scaled}`)
    const [, copied] = subcommand === 'cp' ? (/^([\w-]+):/.exec(word) ?? []) : subcommand === 'logs' ? (/^([^-].*)/.exec(word) ?? []) : []
    if (copied != null) assert.ok(services.includes(copied), `no service ${copied}`)
  }
  if (subcommand !== 'exec') return
  option('--index')
  const [service, program, command = ''] = rest
  assert.ok(services.includes(service), `no service ${service}`)
  assert.equal(program, 'peerwatch')
  assert.match(cli, new RegExp(`^## .*\\b${command}\\b`, 'm'), `no command ${command}`)
}

for (const { command, place } of commandsWith('docker')) {
  test(`${place}: ${command}`, () => {
    for (const [variable] of command.matchAll(/\b[A-Z_]+(?==)/g)) assert.ok(compose.includes(`\${${variable}`), `docker-compose.yml reads no ${variable}`)
    const words = command.split(/\s+/).slice(command.split(/\s+/).indexOf('docker') + 1)
    if (words[0] === 'compose') checkCompose(words.slice(1))
    else {
      const image = words.find(word => word.includes(':'))
      assert.ok(image == null || compose.includes(`image: ${image}`), `no image ${image}`)
    }
  })
}

/** test/interop/run.ts builds them, and its tests run what comes out. */
const BUILDERS = { go: 'go.mod', cargo: 'Cargo.toml' }

for (const [builder, manifest] of Object.entries(BUILDERS)) {
  for (const { command, place } of commandsWith(builder)) {
    test(`${place}: ${command}`, () => {
      const [, folder = '.'] = /^cd (\S+) && /.exec(command) ?? []
      assert.ok(existsSync(join(ROOT, folder, manifest)), `${folder} has no ${manifest}`)
      const [, main] = / run (\.\/\S+)/.exec(command) ?? []
      if (main == null) return
      const source = read(join(folder, main, 'main.go'))
      for (const [, flag = ''] of command.matchAll(/ -([a-z]+)/g)) assert.ok(source.includes(`"${flag}"`), `${main} has no -${flag}`)
    })
  }
}

for (const block of blocks.filter(({ language }) => language === 'json')) test(`${placeOf(block)} is JSON`, () => JSON.parse(block.text))

for (const block of blocks.filter(({ language }) => language === 'yaml')) {
  test(`${placeOf(block)} is a configuration file`, async () => {
    assert.ok((await parseConfigFile('shown.yaml', block.text)).values.size > 0)
  })
}

test('every block of TypeScript, also on the cover pages of the packages, passes the compiler', async t => {
  mkdirSync(join(ROOT, 'build'), { recursive: true })
  // inside the repository, where imports are found as in examples/
  const folder = mkdtempSync(join(ROOT, 'build', 'docs-types-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const shown = [...blocks, ...COVER_PAGES.flatMap(blocksOf)].filter(({ language }) => language === 'ts')
  for (const block of shown) writeFileSync(join(folder, `${block.file.replaceAll('/', '-')}-line-${block.line}.ts`), `${block.text}\nexport {}\n`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] }))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const told = await new Promise<string>(resolve => {
    execFile(process.execPath, [tsc, '-p', folder], (_error, stdout, stderr) => {
      resolve(stdout + stderr)
    })
  })
  assert.equal(told, '')
  assert.ok(shown.length >= 10)
})
