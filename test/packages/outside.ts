import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
export const PACKED = join(ROOT, 'build', 'pack')

interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Record<string, string | object>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

/** A project of somebody else: a folder that knows nothing of this repository but the packed packages. */
export interface OutsideProject {
  readonly folder: string
  /** Runs with Node's own arguments there; resolves with what it printed, rejects with all of it. */
  readonly node: (...args: string[]) => Promise<string>
  /** Type-checks files of the project as its author would. */
  readonly types: (moduleKind: 'nodenext' | 'node16' | 'bundler', files: readonly string[], options?: readonly string[]) => Promise<void>
  /** All packages that were installed, nested ones once per place. */
  readonly installed: () => { readonly name: string; readonly hasInstallScript: boolean }[]
  readonly remove: () => void
}

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest

/** Packs anew, so that what is tested is what is there. */
export async function pack(): Promise<void> {
  await exec(ROOT, process.execPath, [join('scripts', 'pack.ts')])
}

export function packedManifest(name: string): Manifest {
  return readManifest(join(PACKED, name, 'package.json'))
}

export function packedBytes(name: string): number {
  return readFileSync(tarball(name)).byteLength
}

export function packedNames(): string[] {
  return globSync(join(PACKED, '*', 'package.json')).map(path => basename(dirname(path)))
}

/** Every name by which something of a package may be imported. */
export function subpaths(name: string): string[] {
  const manifest = packedManifest(name)
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => join(manifest.name, subpath))
}

/** Our own packages that one of ours needs, itself first. */
export function ownClosure(name: string): string[] {
  const names = new Set([name])
  for (const next of names) {
    for (const dependency of Object.keys(packedManifest(next).dependencies ?? {})) {
      if (dependency.startsWith('@peerwatch/')) names.add(dependency.replace('@peerwatch/', ''))
    }
  }
  return [...names]
}

export interface ProjectInit {
  /** Packages of ours, installed from their tarballs. */
  readonly own: readonly string[]
  /** Of others, from the registry. */
  readonly dependencies?: Record<string, string>
  /** Files or folders of the repository that are copied into it. */
  readonly files?: readonly string[]
}

export async function outsideProject({ own, dependencies = {}, files = [] }: ProjectInit): Promise<OutsideProject> {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-outside-'))
  for (const file of files) cpSync(join(ROOT, file), join(folder, basename(file)), { recursive: true })
  const tarballs = Object.fromEntries(own.map(name => [`@peerwatch/${name}`, `file:${tarball(name)}`]))
  const others = Object.fromEntries(Object.entries(dependencies).filter(([name]) => !name.startsWith('@peerwatch/')))
  const manifest = { name: 'outside', private: true, type: 'module', dependencies: { ...others, ...tarballs } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await exec(folder, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'])
  return {
    folder,
    node: async (...args) => exec(folder, process.execPath, args),
    types: async (moduleKind, sources, options = []) => {
      const resolution = moduleKind === 'bundler' ? ['--module', 'esnext', '--moduleResolution', 'bundler'] : ['--module', moduleKind]
      const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2024', '--lib', 'es2024', '--types', 'node']
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
      await exec(folder, process.execPath, [tsc, ...strict, '--allowImportingTsExtensions', ...resolution, ...options, ...sources])
    },
    installed: () => {
      const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, { hasInstallScript?: boolean }> }
      // optional packages for other platforms are in the lock, and not in the folder
      const places = Object.entries(lock.packages).filter(([path]) => path !== '' && existsSync(join(folder, path)))
      return places.map(([path, { hasInstallScript = false }]) => ({ name: path.replace(/^.*node_modules\//, ''), hasInstallScript }))
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function tarball(name: string): string {
  return join(PACKED, `peerwatch-${name}-${packedManifest(name).version}.tgz`)
}

/** Without what npm and the test runner told their children: it is about this repository. */
function foreignEnv(): NodeJS.ProcessEnv {
  const foreign = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST_CONTEXT|INIT_CWD)/.test(name))
  return { ...Object.fromEntries(foreign), PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
}

export async function exec(cwd: string, command: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(command, args, { cwd, env: foreignEnv(), maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    // eslint-disable-next-line preserve-caught-error -- its message says the same again
    throw new Error(`${basename(command)} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

/** A program that goes on until it is ended. */
export interface Started {
  /** Resolves with all that it has printed once that matches; rejects with it where the program ends before. */
  readonly prints: (pattern: RegExp) => Promise<string>
  readonly end: () => Promise<void>
}

export function started(cwd: string, file: string): Started {
  const child = spawn(process.execPath, [file], { cwd, env: foreignEnv() })
  let printed = ''
  const listeners = new Set<() => void>()
  const tell = (data?: Buffer): void => {
    printed += data?.toString() ?? ''
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', tell)
  child.stderr.on('data', tell)
  const closed = once(child, 'close')
  child.once('close', () => {
    tell()
  })
  return {
    prints: async pattern =>
      new Promise((resolvePrinted, reject) => {
        const look = (): void => {
          if (pattern.test(printed)) resolvePrinted(printed)
          else if (child.exitCode != null) reject(new Error(`${file} ended with ${child.exitCode} and printed ${printed}`))
        }
        listeners.add(look)
        look()
      }),
    end: async () => {
      child.kill('SIGKILL')
      await closed
    }
  }
}
