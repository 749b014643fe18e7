import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** What people are shown, and what they type. */
export const peopleMutations: readonly Mutation[] = [
  ...changes(
    'C160',
    'packages/cli/src/doctor/examine.ts',
    [', inShort: NOT_KNOWN', ''],
    ['{ why: NOT_KNOWN, remedy', '{ why: `${NOT_KNOWN}: ${unknown.what}`, remedy']
  ),
  ...changes('C161', 'packages/cli/src/commands/guest.ts', ["'for how long'", '`for how long (default: ${DEFAULT_DAYS})`']),
  ...changes(
    'C162',
    'packages/cli/src/demo/demo-folder.ts',
    ['isRepeated ? join(folder, `run-${run}`) : folder', 'folder'],
    ['`Logs, a folder for each run: ${folder}`', "''"]
  ),
  ...changes('C163', 'packages/link/src/reach.ts', ["['UnexpectedEOFError', ", '[']),
  ...changes(
    'C164',
    'packages/node/src/member-names.ts',
    ['[...former, ...before.names]', '[...former]'],
    ['new Map([...kept, ...former])', 'former'],
    ['isAnothers ? undefined : name', 'name']
  ),
  ...changes('C163', 'packages/peer/src/registry/seed-failures.ts', ['certificates.evicted(self) != null', 'certificates.evicted(self) === null']),
  ...changes(
    'C90',
    'packages/cli/src/until-ready.ts',
    ['const FIRST_MS = 2_000', 'const FIRST_MS = 4_000'],
    ['Math.min(2 * nextMs, nextMs + PAUSE_MOST_MS)', '2 * nextMs'],
    ['    if (ready) {', '    if (!ready) {']
  ),
  ...changes(
    'C140',
    'packages/cli/src/uninterrupted.ts',
    ["'SIGINT', 'SIGTERM', 'SIGHUP'", "'SIGINT', 'SIGTERM'"],
    ['if (isSecond) letGo()', 'if (isSecond) came = signal'],
    ['if (came != null) process.kill(process.pid, came)', '']
  ),
  ...changes('C141', 'packages/node/src/files/read-text.ts', ['PIPES_OF_SHELLS.test(path) || ', '']),
  ...changes(
    'C142',
    'packages/node/src/init/init-network.ts',
    ["'network.json', 'node.json'", "'node.json'"],
    ["'network.json', 'node.json'", "'network.json'"]
  ),
  ...changes(
    'C143',
    'packages/cli/src/until-ready.ts',
    ['    wasReady = ready\n', ''],
    ['(!isAgain || nextMs > FIRST_MS)', '!isAgain'],
    ['(!isAgain || nextMs > FIRST_MS)', 'true'],
    ['wasReady ? 0 : waitedMs + sinceMs', 'waitedMs + sinceMs'],
    ['[0, FIRST_MS, true]', '[0, nextMs, true]']
  ),
  ...changes('C144', 'packages/cli/src/report-error.ts', ['word.length > WORD_MOST', 'word.length > 100 * WORD_MOST * WORD_MOST']),
  ...changes(
    'C170',
    'packages/node/src/peers/gossip-score.ts',
    ["{ part: 'cap', value: -over },", ''],
    ['!params.IPColocationFactorWhitelist.has(ip)', 'true'],
    ['value: value * by.topicWeight', 'value'],
    ['of.meshMessageDeliveriesActive ?', 'of.inMesh ?']
  ),
  ...changes(
    'C171',
    'packages/node/src/peers/traffic.ts',
    ['    for (const stream of muxer.streams) count(stream, protocols)\n', ''],
    ['      count(stream, protocols)\n    }\n  })', '    }\n  })'],
    ['more.in + (early?.in ?? 0)', 'more.in']
  ),
  ...changes(
    'C173',
    'packages/attacks/src/play/hosting.ts',
    ['        await Promise.allSettled(underWay)\n', ''],
    ['next != null && !ended.signal.aborted;', 'next != null;'],
    ['} else if (!ended.signal.aborted) {', '} else {']
  ),
  ...changes('C172', 'packages/cli/src/peers/top.ts', ['bytes >= then ? bytes - then : bytes', 'bytes - then'], ['* 1_000) / elapsedMs', ') / 1']),
  ...changes(
    'C150',
    'packages/store/src/rotate-storage-key.ts',
    ['const rotated = await addStorageKey(folder)', 'const rotated = found'],
    ['if (found.keys.length > 1) return', 'if (found.keys.length > 2) return']
  ),
  ...changes('C151', 'packages/node/src/rotate.ts', ["error.code !== 'data-locked'", "error.code === 'data-locked'"]),
  ...changes('C152', 'packages/node/src/rotate.ts', ['?.files.records === true) return', ' != null) return'], ['await checkKeepsRecords(dataDir)', '']),
  ...changes('C145', 'packages/cli/src/shell-word.ts', ["text.replaceAll(\"'\", String.raw`'\\''`)", 'text'], ['/^[\\w@%+=:,./-]+$/', '/^[\\w@%+=:,./ -]+$/']),
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
    [", pepperFrom: 'members' as const", ''],
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
  ...changes('N93', 'packages/cli/src/command-table.ts', ['? [OF_ROLES] : COMMANDS', '? COMMANDS : COMMANDS']),
  ...changes(
    'N94',
    'packages/node/src/metrics/process-metrics.ts',
    ["import { totalmem } from 'node:os'", "import { totalmem } from 'node:os'\nimport 'prom-client'"],
    ['const ofProcess = await (loading ??= loadDefaults())', "const ofProcess = async () => ''"]
  ),
  ...changes('C94', 'packages/cli/src/command-table.ts', ['if (named.length > 0) return named', 'if (named.length > 0) return COMMANDS']),
  ...changes('C94', 'packages/cli/src/api-client.ts', ["import { join } from 'node:path'", "import 'node:http'\\nimport { join } from 'node:path'"])
]
