import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** What people are shown, and what they type. */
export const peopleMutations: readonly Mutation[] = [
  ...changes(
    'C90',
    'packages/cli/src/until-ready.ts',
    ['const FIRST_MS = 2_000', 'const FIRST_MS = 4_000'],
    ['Math.min(2 * nextMs, nextMs + PAUSE_MOST_MS)', '2 * nextMs'],
    ['      onReady(waitedMs)\n      return\n', '      onReady(waitedMs)\n'],
    ['    if (ready) {', '    if (!ready) {']
  ),
  ...changes(
    'C91',
    'packages/cli/src/look.ts',
    ["JSON.stringify(claim.replaceAll(/\\p{C}/gu, '?'))", "claim.replaceAll(/\\p{C}/gu, '?')"],
    ["JSON.stringify(claim.replaceAll(/\\p{C}/gu, '?'))", 'JSON.stringify(claim)'],
    ['[id(peer), names.of(peer) ?? ', '[names.of(peer) ?? id(peer), '],
    ["names.of(peer) ?? ''", "names.claim(peer) ?? names.of(peer) ?? ''"],
    ['const { columns = Infinity } = init', 'const { columns = 80 } = init']
  ),
  ...changes(
    'C92',
    'packages/cli/src/event-filter.ts',
    ['    if (meant === text) return true\n', "    if (meant !== '') return true\n"],
    ['    isTold = true\n', ''],
    ['text.startsWith(begin) && text.endsWith(end)', 'text.startsWith(begin)'],
    ['    if (!isPeerId(text)) return false\n', ''],
    ['names.of(text) !== like && ', '']
  ),
  ...changes(
    'C98',
    'packages/node/src/init/change-roster.ts',
    ['coming == null && gone == null && changed.length === 0', 'false'],
    ['  checkTerms(change, trusted.length, refuse)\n', ''],
    ['if (id === network.authority) return key', 'if (id !== network.name) return key'],
    ['  await checkFolder(directory)\n', ''],
    ['if ((JSON.parse(await readText(path)) as NetworkFile).roster !== file.roster) throw', "if (path === '') throw"],
    ['...(change.isKeyStolen === true && gone != null && { stolen: gone.peer }),', ''],
    ['    for (const each of own) await rm(each, { recursive: true, force: true })\n', '']
  ),
  ...changes(
    'C98',
    'packages/node/src/init/roster-members.ts',
    ['if (members.length === 1) throw', 'if (members.length === 99) throw'],
    ['  if (taken == null) return node\n', '  if (taken !== directory) return node\n'],
    ['const lines = file.seeds.filter(line => parted(line).peer === peer)', 'const lines = file.seeds.filter(line => line.endsWith(`/p2p/${peer}`))']
  ),
  ...changes('C121', 'packages/node/src/init/change-roster.ts', ['quorum === quorumFor(roster.trusted.length) ? quorumFor(trustedCount) : quorum', 'quorum']),
  ...changes(
    'C121',
    'packages/node/src/init/roster-members.ts',
    ["join(directory, 'authority')]", 'directory]'],
    ['[owner, ...watching].flatMap(folderOf)', '[node, ...watching].flatMap(folderOf)']
  ),
  ...changes('C121', 'packages/cli/src/commands/roster.ts', ['(seedHost == null) === (trustedHost == null)', 'seedHost == null && trustedHost == null']),
  ...changes(
    'C120',
    'packages/node/src/held-back.ts',
    ['if (tier == null) return', 'if (core == null) return'],
    ['going.length > 0 && placeless.length > 0', 'going.length > 9']
  ),
  ...changes('C99', 'packages/cli/src/commands/roster.ts', ["if (taken === 'older') {", "if (taken === 'known') {"]),
  ...changes(
    'C99',
    'packages/node/src/init/change-roster.ts',
    ['rosterVersion: roster.version + 1', 'rosterVersion: roster.version'],
    ['seeds.filter(({ peer }) => peer !== gone?.peer)', '[...seeds]'],
    ['...rosterLimits(change), ', '']
  ),
  ...changes('C99', 'packages/link/src/network.ts', [
    'return named.length > 0 || signed == null ? named : [',
    'return named.length > 0 || signed != null ? named : ['
  ]),
  ...changes('C99', 'packages/peer/src/registry/seed-links.ts', ['[...(isLinked ? links.values() : []), ...opening]', '[...links.values(), ...opening]']),
  ...changes('C99', 'packages/peer/src/registry/registering.ts', ['if (init.seeds().includes(link.seed)) await stamped', 'await stamped']),
  ...changes('C92', 'packages/cli/src/parse-option.ts', ['  if (isPeerId(text)) return text\n', '  if (isPeerId(text) || text.length > 5) return text\n']),
  ...changes(
    'C93',
    'packages/link/src/network.ts',
    ['    if (given.length !== 0 && given.length !== members.length) throw', '    if (given.length > members.length) throw'],
    ['    if (!NAME.test(name)) throw new Error(`a member', '    if (name === peer) throw new Error(`a member'],
    ['names.get(peer) !== name || pairs.some(([other, its]) => its === name && other !== peer)', 'names.get(peer) !== name']
  ),
  ...changes('C93', 'packages/link/src/authority.ts', ['    trustedNames: namesOf(init.trusted, init.names),\n', '    trustedNames: [],\n']),
  ...changes('C94', 'packages/cli/src/program.ts', ['asked.length > 0 ? asked : COMMANDS', 'COMMANDS']),
  ...changes('C94', 'packages/cli/src/api-client.ts', ["import { join } from 'node:path'", "import 'node:http'\\nimport { join } from 'node:path'"])
]
