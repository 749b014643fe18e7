#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of ERR_UNKNOWN_FILE_EXTENSION.
// The package imports itself by name: src/main.ts in the repository, dist/main.js when published.
import { accessSync, constants } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Has Node keep what it compiled: neither types are stripped nor code is compiled at the next start, which saves half a second and 20 MB.
 *
 * In the user's own folder, since code is run from there. Processes and threads that this one starts take it over from the environment.
 */
function keepCompiled() {
  if (process.env.NODE_COMPILE_CACHE) return
  const home = process.env.XDG_CACHE_HOME || homedir()
  try {
    accessSync(home, constants.W_OK)
  } catch {
    return // it is no fault, only slower
  }
  const folder = join(home, process.env.XDG_CACHE_HOME ? '' : '.cache', 'peerwatch')
  nodeModule.enableCompileCache(folder)
  process.env.NODE_COMPILE_CACHE = folder
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  keepCompiled()
  await import('@peerwatch/cli')
} else {
  console.error(`peerwatch needs Node >= 22.18, this is ${process.version}. In its repository use \`npx peerwatch\`, which finds Node 24.`)
  process.exitCode = 1
}
