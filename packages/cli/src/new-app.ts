import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileRemedy, fileTrouble, loadNetworkFolder, makeFolder, NodeError } from '@peerwatch/node/files'
import { UsageError } from './usage-error.ts'

export interface NewAppInit {
  readonly directory: string
  /** A `network.json`, or its folder. Absent: the application gets a network of its own to be tried in. */
  readonly network?: string
  /** A folder of packed tarballs. Absent: those of the clone that the command is run from; an installed one takes the packages from the registry. */
  readonly packages?: string
}

export interface NewApp {
  readonly files: readonly string[]
  /** The clone in which `npm run packages` has to make the tarballs that the application names. */
  readonly packIn?: string
}

interface Manifest {
  name: string
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

const TEMPLATE = new URL('../template/app/', import.meta.url)
/** The clone that this command is run from: as long as nothing is published, no registry has the packages. */
const CLONE = import.meta.filename.endsWith('.ts') ? resolve(import.meta.dirname, '../../..') : undefined
/** What `main.ts` says of it only where it is written. */
const DEVNET_HINT = ', or begin one to try it in, in another terminal: npm run devnet'
/** npm packs no such file. */
const IGNORED = 'node_modules\ndata\n'

/** Writes an application that runs. Throws NodeError `already-exists` where the folder is not empty. */
export async function newApp({ directory, network, packages }: NewAppInit): Promise<NewApp> {
  const manifest = JSON.parse(await template('package.json')) as Manifest
  manifest.name = nameOf(directory)
  const files: Record<string, string> = { 'main.ts': await template('main.ts'), 'tsconfig.json': await template('tsconfig.json'), '.gitignore': IGNORED }
  if (network == null) files['devnet.ts'] = await template('devnet.ts')
  else {
    files['network.json'] = `${JSON.stringify((await loadNetworkFolder(network)).file, undefined, 2)}\n`
    files['main.ts'] = files['main.ts']!.replace(DEVNET_HINT, '')
    delete manifest.scripts['devnet']
    delete manifest.devDependencies['@peerwatch/node']
  }
  const own = packages == null && CLONE != null ? await tarballsOf(CLONE) : undefined
  Object.assign(manifest.dependencies, packages == null ? own?.dependencies : await tarballs(packages))
  for (const name of Object.keys(manifest.dependencies)) delete manifest.devDependencies[name]
  files['package.json'] = `${JSON.stringify(manifest, undefined, 2)}\n`
  await makeEmpty(directory)
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { flag: 'wx' })
  return { files: Object.keys(files).toSorted(), ...(own?.areMade === false && CLONE != null && { packIn: CLONE }) }
}

async function template(name: string): Promise<string> {
  return readFile(new URL(name, TEMPLATE), 'utf8')
}

/** As npm takes it. */
function nameOf(directory: string): string {
  return (
    basename(resolve(directory))
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'my-app'
  )
}

/** All of them: each of ours names others, which no registry has. */
async function tarballs(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`--packages ${folder} ${fileTrouble(error)}`, 'the folder that `npm run packages` filled', undefined, { cause: error })
  })
  const found = names.flatMap(file => {
    const [, name] = /^peerwatch-([a-z-]+)-\d.*\.tgz$/.exec(file) ?? []
    return name == null ? [] : [[`@peerwatch/${name}`, `file:${resolve(folder, file)}`]]
  })
  if (found.length > 0) return Object.fromEntries(found) as Record<string, string>
  throw new UsageError(`--packages ${folder} holds no peerwatch-….tgz`, 'the folder that `npm run packages` filled, such as build/pack')
}

/** Those that `npm run packages` makes there, also where it was not run yet. */
async function tarballsOf(clone: string): Promise<{ readonly dependencies: Record<string, string>; readonly areMade: boolean }> {
  const made = join(clone, 'build', 'pack')
  const there = new Set(await readdir(made).catch((): string[] => []))
  const found: [name: string, file: string][] = []
  for (const folder of await readdir(join(clone, 'packages'))) {
    const { name, version } = JSON.parse(await readFile(join(clone, 'packages', folder, 'package.json'), 'utf8')) as Record<'name' | 'version', string>
    found.push([name, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`])
  }
  return {
    dependencies: Object.fromEntries(found.map(([name, file]) => [name, `file:${join(made, file)}`])),
    areMade: found.every(([, file]) => there.has(file))
  }
}

async function makeEmpty(directory: string): Promise<void> {
  const unusable = (error: unknown, toBe: 'read' | 'written'): NodeError =>
    new NodeError(
      'data-unusable',
      {
        found: `${directory} ${fileTrouble(error, toBe)}`,
        expected: 'a folder that can be made or is empty',
        remedy: fileRemedy(error, 'give another folder')
      },
      { cause: error }
    )
  await makeFolder(directory).catch((error: unknown) => {
    throw unusable(error, 'written')
  })
  const held = await readdir(directory).catch((error: unknown) => {
    throw unusable(error, 'read')
  })
  if (held.length === 0) return
  throw new NodeError('already-exists', { found: `${directory} holds ${held[0]!}`, expected: 'a new or empty folder', remedy: 'give another folder' })
}
