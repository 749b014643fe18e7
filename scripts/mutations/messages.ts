import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

export const messageMutations: readonly Mutation[] = [
  ...changes('C85', 'packages/cli/src/log-file.ts', ["isForbidden(error) ? 'not-permitted' : 'no-log'", "'no-log'"]),
  ...changes('C85', 'packages/cli/src/doctor/files.ts', ['      if (isForbidden(error)) shut.push(path)\n', '      if (isForbidden(path)) shut.push(path)\n']),
  ...changes('C86', 'packages/node/src/files/key-file.ts', [
    "  missing: 'give another folder with --data',",
    "  missing: 'give the folder of a node with --nodes',"
  ]),
  ...changes(
    'C87',
    'packages/node/src/ask-seeds.ts',
    ['host.dial(multiaddr(address), { signal })', "host.dial(multiaddr(address.replace(/.p2p.*/, '')), { signal })"],
    ["return 'a libp2p host has its key and keeps no registry'", "return 'it has the key'"]
  ),
  ...changes('C88', 'packages/cli/src/doctor/seeds.ts', ['seeds.filter(address => idOf(address) !== self)', 'seeds.filter(() => true)']),
  ...changes('C89', 'packages/store/src/folders.ts', [
    '  if (await made(path, mode)) return\n',
    '  if ((await made(path, mode)) || path !== dirname(path)) return\n'
  ])
]
