import { accessSync, constants } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'

/**
 * How this command is called where its user stands: `peerwatch` where a shell finds it, else by npx.
 *
 * Inside npm's scripts and npx, PATH has folders that the user's shell does not have, so it tells nothing there.
 */
export function commandName(env: NodeJS.ProcessEnv = process.env): string {
  const isFound = env['npm_command'] == null && (env['PATH'] ?? '').split(delimiter).some(folder => folder !== '' && isExecutable(join(folder, 'peerwatch')))
  return isFound ? 'peerwatch' : 'npx peerwatch'
}

/** The folder to put on PATH for who types `npx peerwatch`; undefined where the command was not found in one of npm's. It has the Node of the project too. */
export function npmFolder(script = process.argv[1] ?? ''): string | undefined {
  const folder = dirname(script)
  return basename(folder) === '.bin' ? folder : undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
