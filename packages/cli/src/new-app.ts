import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileTrouble, loadNetworkFolder, makeFolder, NodeError } from '@peerwatch/node/files'
import { UsageError } from './usage-error.ts'

export interface NewAppInit {
  readonly directory: string
  /** A `network.json`, or its folder. Absent: the application gets a network of its own to be tried in. */
  readonly network?: string
  /** A folder of packed tarballs. Absent: the packages come from the registry. */
  readonly packages?: string
}

interface Manifest {
  name: string
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

const TEMPLATE = new URL('../template/app/', import.meta.url)
/** npm packs no such file. */
const IGNORED = 'node_modules\ndata\n'

/** Writes an application that runs; resolves to the names of its files. Throws NodeError `already-exists` where the folder is not empty. */
export async function newApp({ directory, network, packages }: NewAppInit): Promise<string[]> {
  const manifest = JSON.parse(await template('package.json')) as Manifest
  manifest.name = nameOf(directory)
  const files: Record<string, string> = { 'main.ts': await template('main.ts'), 'tsconfig.json': await template('tsconfig.json'), '.gitignore': IGNORED }
  if (network == null) files['devnet.ts'] = await template('devnet.ts')
  else {
    files['network.json'] = `${JSON.stringify((await loadNetworkFolder(network)).file, undefined, 2)}\n`
    delete manifest.scripts['devnet']
    delete manifest.devDependencies['@peerwatch/node']
  }
  if (packages != null) Object.assign(manifest.dependencies, await tarballs(packages))
  for (const name of Object.keys(manifest.dependencies)) delete manifest.devDependencies[name]
  files['package.json'] = `${JSON.stringify(manifest, undefined, 2)}\n`
  await makeEmpty(directory)
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { flag: 'wx' })
  return Object.keys(files).toSorted()
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

async function makeEmpty(directory: string): Promise<void> {
  let held: string[]
  try {
    await makeFolder(directory)
    held = await readdir(directory)
  } catch (error) {
    throw new NodeError(
      'data-unusable',
      { found: `${directory} ${fileTrouble(error)}`, expected: 'a folder that can be made or is empty', remedy: 'give another folder' },
      { cause: error }
    )
  }
  if (held.length === 0) return
  throw new NodeError('already-exists', { found: `${directory} holds ${held[0]!}`, expected: 'a new or empty folder', remedy: 'give another folder' })
}
