import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const COPIED = ['packages', 'examples', 'scripts', 'test', 'docs', 'package.json', 'tsconfig.json']

/** The sources in a folder of their own, with the installed packages of the work tree. */
export interface SourceCopy extends Disposable {
  readonly folder: string
  /** Rewrites one file; what it returns puts the old text back. */
  readonly change: (file: string, rewrite: (source: string) => string) => () => void
}

export function sourceCopy(): SourceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-mutate-'))
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true, verbatimSymlinks: true })
  linkPackages(folder)
  return {
    folder,
    change: (file, rewrite) => {
      const path = join(folder, file)
      const source = readFileSync(path, 'utf8')
      writeFileSync(path, rewrite(source))
      return () => {
        writeFileSync(path, source)
      }
    },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** What is installed is linked; our own workspaces are links relative to node_modules, so that they lead to the copy. */
function linkPackages(folder: string): void {
  mkdirSync(join(folder, 'node_modules/@peerwatch'), { recursive: true })
  for (const name of readdirSync('node_modules')) {
    if (name !== '@peerwatch') symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name))
  }
  for (const name of readdirSync('node_modules/@peerwatch')) {
    symlinkSync(readlinkSync(join('node_modules/@peerwatch', name)), join(folder, 'node_modules/@peerwatch', name))
  }
}
