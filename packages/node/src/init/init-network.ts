import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolder, syncFolder } from '@peerwatch/store/folders'
import { NodeError } from '../errors.ts'
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from '../files/layout.ts'
import { fileRemedy, fileTrouble } from '../files/read-text.ts'
import { planNetwork } from './network-files.ts'
import { resolveInitOptions } from './options.ts'
import type { NetworkFile } from '@peerwatch/link'
import type { NodeFile } from '../files/node-folder.ts'
import type { PlannedFile } from './network-files.ts'
import type { InitOptions, NameOption } from './options.ts'

export interface MadeNetwork {
  readonly directory: string
  readonly network: NetworkFile
  readonly nodes: readonly NodeFile[]
  /** All files, relative to `directory`. */
  readonly files: readonly string[]
}

const TOP = ['authority', 'nodes', 'public'] as const
/** The files of `public/`, which everybody gets, and those in the folders of nodes. */
const OF_ANOTHER = ['network.json', 'node.json'] as const

const REMOVE = 'give another folder, or remove that network yourself: its keys exist nowhere else'

function alreadyThere(path: string, cause?: unknown, remedy = REMOVE): NodeError {
  return new NodeError('already-exists', { found: `${path} is there`, expected: 'a new or empty folder', remedy }, { cause })
}

function unusable(path: string, error: unknown, toBe: 'read' | 'written'): NodeError {
  return new NodeError(
    'data-unusable',
    { found: `${path} ${fileTrouble(error, toBe)}`, expected: 'a folder to write to', remedy: `${fileRemedy(error, 'give another folder')}; nothing was made` },
    { cause: error }
  )
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false
  )
}

/** Throws when the folder holds a network, or part of one: names the file that would be overwritten. */
async function checkEmpty(directory: string): Promise<'missing' | 'there'> {
  let entries: string[]
  try {
    entries = await readdir(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'missing'
    if (code === 'ENOTDIR' && (await exists(directory))) throw alreadyThere(`the file ${directory}`, error, 'give another folder')
    throw unusable(directory, error, 'read')
  }
  for (const name of TOP) {
    if (!entries.includes(name)) continue
    const inside = { authority: 'key', nodes: '', public: 'network.json' }[name]
    const file = join(directory, name, inside)
    throw alreadyThere((await exists(file)) ? file : join(directory, name))
  }
  const foreign = OF_ANOTHER.find(name => entries.includes(name))
  if (foreign != null) throw alreadyThere(join(directory, foreign), undefined, 'give another folder: this one belongs to a network, or to a node')
  return 'there'
}

export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  await makeFolder(folder)
  for (const { path, text, isPrivate } of files) {
    const file = join(folder, path)
    await makeFolder(dirname(file), isPrivate ? PRIVATE_FOLDER_MODE : undefined)
    await writeFile(file, text, { flag: 'wx', flush: true, ...(isPrivate && { mode: PRIVATE_FILE_MODE }) })
  }
  for (const path of new Set([folder, ...files.flatMap(({ path: name }) => foldersOf(folder, name))])) await syncFolder(path)
}

/** The folders between the top and a file. */
function foldersOf(top: string, name: string): string[] {
  const above = dirname(name)
  return above === '.' ? [] : [join(top, above), ...foldersOf(top, above)]
}

/** Moves the finished network into a folder that was there, `public/` last; takes all back where one move fails. */
async function moveInto(from: string, directory: string): Promise<void> {
  const moved: string[] = []
  try {
    for (const name of TOP) {
      if (await exists(join(directory, name))) throw alreadyThere(join(directory, name))
      await rename(join(from, name), join(directory, name))
      moved.push(name)
    }
  } catch (error) {
    for (const name of moved) await rename(join(directory, name), join(from, name))
    throw error
  }
}

/**
 * Makes a network: `public/network.json` for everybody, `nodes/NAME/` for each node, `authority/key` to be kept offline.
 * All or nothing: it is built in a folder beside (or in) `directory` and moved there by rename.
 *
 * Throws NodeError `already-exists`, `bad-option` or `data-unusable`.
 *
 * @param nameOf - how messages call an option; default its name
 */
export async function initNetwork(init: Partial<InitOptions> & Pick<InitOptions, 'directory' | 'nowMs'>, nameOf?: NameOption): Promise<MadeNetwork> {
  const options = resolveInitOptions(init, nameOf)
  const directory = resolve(options.directory)
  const state = await checkEmpty(directory)
  const { network, nodes, files } = await planNetwork(options)
  const suffix = randomBytes(4).toString('hex')
  // A folder that is there may be a mounted volume, on a file system of its own: a rename must stay inside.
  const building = state === 'there' ? join(directory, `.init-${suffix}`) : join(dirname(directory), `.${basename(directory)}.init-${suffix}`)
  try {
    if (state === 'missing') await makeFolder(dirname(directory))
    await writeFiles(building, files)
    if (state === 'there') await moveInto(building, directory)
    else await rename(building, directory)
    await syncFolder(state === 'there' ? directory : dirname(directory))
  } catch (error) {
    if (error instanceof NodeError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOTEMPTY' || code === 'EEXIST'
      ? alreadyThere(directory, error)
      : unusable(state === 'there' || code === 'EOPNOTSUPP' ? directory : dirname(directory), error, 'written')
  } finally {
    await rm(building, { recursive: true, force: true })
  }
  return { directory, network, nodes, files: files.map(({ path }) => path) }
}
