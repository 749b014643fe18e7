import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const CAREFUL = 'packages/link/src/careful-datastore.ts'
const SOON = 'packages/link/src/written-soon.ts'
const IDENTITY = 'packages/node/src/files/identity.ts'
const DEFENCE = 'packages/peer/src/enforcement/defence.ts'
const REQUEST_SLOTS = 'packages/peer/src/observation/request-slots.ts'
const SIGNALS = 'packages/cli/src/signals.ts'

/** What is there after a restart, and how a daemon lives and ends. */
export const durableMutations: readonly Mutation[] = [
  ...changes('S70', 'packages/store/src/database.ts', ['      failed = true\n      throw error', '      throw error']),
  ...changes(
    'S70',
    'packages/node/src/level-datastore.ts',
    ['concurrency: 1,', 'concurrency: 8,'],
    ['        await database.write(group.flat())\n', '        void database.write(group.flat())\n']
  ),
  ...changes(
    'S71',
    CAREFUL,
    ['        isDoubted = true\n', ''],
    ['    writing(async () => {', '    (async () => {'],
    ['        if (!isTold) onDoubt(error)', '        onDoubt(error)']
  ),
  ...changes(
    'S72',
    SOON,
    ['      schedule(pauses.pauseMs())\n', ''],
    ['    if (isStopped) return\n', ''],
    ['if (waiting.get(key) === change) waiting.delete(key)', 'waiting.delete(key)'],
    ['      onDropped(1)\n', '']
  ),
  ...changes(
    'N70',
    IDENTITY,
    ['found.networkId !== hexOf(network.id)', 'found.network !== network.name'],
    ['  if (found.id !== id) throw foreign(dataDir, `belongs to the key of ${found.id}`, claim)\n', ''],
    ['  if (found.role !== role) throw foreign(dataDir, `is that of a ${wordOf(found.role)}`, claim)\n', ''],
    ['    for (const { domain, bytes } of signed) {', '    for (const { domain, bytes } of []) {']
  ),
  ...changes('N85', 'packages/node/src/http/http-server.ts', ["    await once(made.server, 'listening')\n", ''], ['      socket.resume()\n', '']),
  ...changes('N71', DEFENCE, ['      await load()\n', ''], ['if (untilWindow > window && isCuttable)', 'if (isCuttable)'], ['    if (!enforce) return\n', '']),
  ...changes('P70', 'packages/node/src/files/data-folder.ts', ['    await makePrivate(dataDir)\n', '']),
  ...changes('P71', 'packages/model/src/text-of.ts', ["  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },\n", '']),
  ...changes(
    'O70',
    REQUEST_SLOTS,
    ["const COUNTED_PROTOCOLS = ['/peerwatch/', ", "const COUNTED_PROTOCOLS = ['/', '/peerwatch/', "],
    ['      if (requestLimits.has(protocol))', '      if (protocol === requestLimits.toString())']
  ),
  ...changes('O71', 'packages/peer/src/enforcement/enforcement.ts', [
    '    const told = tellCut?.(peer, dimension) ?? Promise.resolve()\n',
    '    const told = Promise.resolve(dimension)\n'
  ]),
  ...changes('O71', 'packages/peer/src/enforcement/cut-notices.ts', ['    admits: peer => limits.take(peer, 1),\n', '']),
  ...changes('O71', 'packages/peer/src/neighbours/comings.ts', ['      watched.hasCutUs ||\n', '']),
  ...changes('O72', 'packages/link/src/create-core.ts', ["components.privateKey.type !== 'Ed25519'", 'components.privateKey.type == null']),
  ...changes(
    'C70',
    'packages/node/src/files/api-file.ts',
    ['    return status === 200\n', '    return status === 200 || api.pid > 0\n'],
    ['    return !nobodyListens(error)\n', '    return api.pid > 0\n']
  ),
  ...changes('C71', 'packages/cli/src/run-node.ts', ['  outliveReader()\n', '']),
  ...changes('C72', SIGNALS, ["if (isOnTerminal || onReload == null) onEnd('SIGHUP')", "if (onReload == null) onEnd('SIGHUP')"]),
  ...changes('C73', 'packages/node/src/logging/json-log.ts', ['      file.reopen()\n', '']),
  ...changes('C74', 'packages/node/src/descriptors.ts', ['      isSpent = true\n', '      return\n']),
  ...changes('C84', 'packages/node/src/roles/default-ports.ts', ['seeds: 14_601', 'seeds: 4_001']),
  ...changes('C80', 'packages/cli/src/main.ts', ['endWithStarter(complain)\n', '']),
  ...changes('C80', SIGNALS, ["    resolve('SIGTERM')\n", '']),
  ...changes(
    'C80',
    'packages/node/src/starter/find-starter.ts',
    ['ancestor.session === self?.session ? starterOf(ancestor, look) : undefined', 'starterOf(ancestor, look)'],
    [' && now.startedAt === startedAt', ''],
    [' && now.isOver !== true', '']
  ),
  ...changes(
    'C81',
    'packages/cli/src/nodes/list-nodes.ts',
    ['if (!(await isHeld(folder, id)))', 'if (id === folder)'],
    ['(await lstat(path)).isFile() ? ', 'path !== folder ? ']
  ),
  ...changes('C81', 'packages/cli/src/nodes/runtime-folder.ts', ["  if (!found.isDirectory()) return 'it is no folder'\n", '']),
  ...changes('C81', 'packages/cli/src/nodes/listed-node.ts', [' && !/\\p{Cc}/u.test(value)', '']),
  ...changes('C82', 'packages/node/src/readiness.ts', [
    '  if (elsewhere != null) return { ready: false, reason: seedElsewhereProblem(elsewhere).found }\n',
    ''
  ]),
  ...changes(
    'C82',
    'packages/node/src/files/seed-place.ts',
    ['here.rest === there.rest && mayBe(here, there)', 'mayBe(here, there)'],
    [' || isLoopback(here.host) === isLoopback(there.host)', ' || !ANY.has(there.host)'],
    [' || here.isName !== there.isName', ' || here.isName']
  )
]
