#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of ERR_UNKNOWN_FILE_EXTENSION.
// The package imports itself by name: src/main.ts in the repository, dist/main.js when published.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  await import('@peerwatch/cli')
} else {
  console.error(`peerwatch needs Node >= 22.18, this is ${process.version}. In its repository use \`npx peerwatch\`, which finds Node 24.`)
  process.exitCode = 1
}
