/**
 * Makes docs/configuration.md and packages/node/config.schema.json from the table of options and the presets.
 */
import { writeFileSync } from 'node:fs'
import { DIMENSIONS } from '@peerwatch/detection'
import { PRESETS } from '@peerwatch/model'
import { configSchema, findOption, flagOf, OPTION_NAMES, variableOf } from '@peerwatch/node/config'
import type { Preset, PresetName } from '@peerwatch/model'
import type { OptionName } from '@peerwatch/node/config'

const INTRO = `# Configuration

<!-- Made by scripts/generate-config.ts from packages/node/src/config/table.ts: \`npm run generate\` writes it anew. -->

A node takes its options from a YAML file, from \`PEERWATCH_*\` variables and from flags. A variable overrides the file, and a flag overrides both. \`--config FILE\` or \`PEERWATCH_CONFIG\` names the file; otherwise the node reads none.

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/@peerwatch/node/config.schema.json
network: my-network/public
node: my-network/nodes/seed-1
listen:
  - /ip4/0.0.0.0/tcp/14601
announce: [/dns4/seed-1.example.org/tcp/14601]
http: { port: 9100 }
log:
  level: warn
registry:
  mostPeers: 20000
\`\`\`

- **One file may serve several roles.** A node checks the options that its role does not have, and then ignores them. A relative path in a file counts from the file's folder; in a flag or variable it counts from the folder where the command runs.
- **A variable** has the name of its flag: \`PEERWATCH_LOG_LEVEL\` for \`--log-level\`. In a variable a list has commas between its entries; as a flag you repeat it. A node ignores an empty variable. It also ignores an unknown one, and says so at the start.
- **A node applies all of a file or nothing.** If an entry is unknown or malformed, the node does not start. It says file, line and column, what it found and what it expected ([bad-config](errors.md#bad-config)).
- **\`peerwatch config\`** shows the value and the source of every option, or the rule for its default. For example, \`peerwatch config seed --config seed.yaml\` checks a seed's file. \`--json\` is for programs.
- **\`peerwatch reload\`**, or SIGHUP, has the node read its file again. An option that is marked *live* below takes force at once, also in the watchers inside a trusted node's process. The node lists the other changes, which wait for a restart. A wrong file changes nothing, and the node says why. Flags and variables stay as they were.
- **WebSockets.** With \`/ip4/0.0.0.0/tcp/14602/ws\` a node listens on WebSockets, beside TCP or instead. A node does no TLS itself: put a proxy in front, and give the proxy's address in \`announce\`, such as \`/dns4/seed-1.example.org/tcp/443/tls/ws\`. A seed behind a proxy sees one address for all peers that come through it. In scope \`public\` they are then one group, and the seed can dial back none of them. So give seeds a TCP address as well.
- **Editors** complete and check the file by [config.schema.json](../packages/node/config.schema.json), a JSON Schema. It comes with the package. The first line above names it for a file beside the \`node_modules\` into which the packages were installed; for a file elsewhere \`peerwatch config --schema\` prints where it lies. A file in JSON, which is YAML too, names it by an entry \`$schema\`. In code it is \`@peerwatch/node/config.schema.json\`. What \`init\` writes (\`network.json\`, \`node.json\`) is no configuration and has no schema.
`

const GROUPS: readonly { readonly title: string; readonly holds: (name: OptionName) => boolean }[] = [
  { title: 'Every node', holds: name => findOption(name).set === 'every' },
  { title: 'Peers and watchers: neighbours and small talk', holds: name => /^(targetDegree|maxDegree|chat\.\w+)$/.test(name) },
  { title: 'Peers and watchers: reports', holds: name => name.startsWith('reporting.') },
  { title: 'Seeds: limits of the registry', holds: name => name.startsWith('registry.') },
  { title: 'Trusted nodes', holds: name => name === 'watchers' || name.startsWith('entry.') }
]

/** What each constant of a network is; of Preset, which has the reasons. */
const PRESET_WORDS: Readonly<Record<keyof Preset, string>> = {
  windowMs: 'length of a reporting period. Longer: less traffic, slower verdicts',
  epochWindows:
    'windows in an epoch, the unit in which trusted nodes keep, fetch and drop records. Longer: whole epochs go later, so more disk beyond the retention, and a node that was away fetches more again; shorter: closer to the retention, while a read of one subject looks into more epochs',
  pingEveryMs: 'pause between two pings to a neighbour. Shorter: deaths are seen sooner, at 1.5 ms of CPU a ping',
  pingTimeoutMs:
    'after this long an unanswered ping, redial or death test is a miss. Longer: slow links are no misses, and the dead are noticed that much later; shorter: busy and far peers miss, and are taken for dead more often',
  pingMisses: 'misses in a row that make a neighbour dead. Lower: sooner, and more often wrong',
  okHalfLifeWindows:
    'windows after which half of the good evidence is forgotten. Longer: an old good name shields for longer; shorter: a peer that is seen little is soon unknown again',
  badHalfLifeWindows: 'the same for bad evidence; longer than for good, or misdeeds wash off by waiting',
  uncheckedCredibility:
    'weight of a reporter that was never checked. That is every reporter, as long as there is no ledger of them. Higher: the same reports move a reputation further from ½; lower: less far, and below `accuserLeastWeight` nobody can accuse',
  accuserLeastWeight:
    'a group whose best member weighs less cannot accuse. Higher: liars lose their voice sooner, and so do unlucky reporters; above `uncheckedCredibility` nobody has a voice that was never checked. Lower: more of the mistrusted are heard',
  refusedWindows:
    'windows for which a node refuses a peer that it cut, and reports the cut. Longer: a misbehaving peer is out and accused for longer, and so is a peer that was cut by mistake. Shorter: both are back sooner',
  restWindows:
    'windows after an acquittal in which the same accusers open no new case. Longer: slander costs fewer looks, but a peer that turns bad after an acquittal is examined later. Shorter: the reverse',
  lookWindows:
    'windows for which a watcher looks at a suspect, from the start of their link; it waits as long for a link. Longer: on-off misconduct and quiet suspects are seen better, and each slot is taken for longer; shorter: more cases, and more looks that say nothing',
  caseWindows:
    'windows until a case ends without a result, and as long again to collect signatures. Longer: more examiners get their turn, and a case that leads nowhere holds its place; shorter: places are free sooner, and slow examinations come to nothing',
  watchersCount: 'watchers per trusted node. More: more cases at a time, and more connections',
  lookSlotsCount: 'suspects that one watcher examines at a time. More: more cases at a time, at more links of each watcher; fewer: cases wait longer',
  pruneBackoffMs:
    "how long a peer that was pruned from a mesh of gossipsub must not be grafted again. Longer: calmer meshes, which heal later, and watchers get into a suspect's mesh later; shorter: they heal sooner, at more grafts and prunes"
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function defaultText(name: OptionName): string {
  const { default: value, defaultText: text } = findOption(name)
  if (text != null) return text
  if (Array.isArray(value)) return 'none'
  return typeof value === 'number' ? number(value) : `\`${String(value)}\``
}

function rangeText(name: OptionName): string {
  const { kind, unit } = findOption(name)
  const { minimum, maximum } = kind.schema as { minimum?: number; maximum?: number }
  if (minimum != null && maximum != null) return `${number(minimum)} – ${number(maximum)}${unit == null ? '' : ` ${unit}`}`
  return kind.expected.replace('a list; of each entry: ', 'a list of: ')
}

function optionRow(name: OptionName): string[] {
  const { about, kind, raised, lowered, live } = findOption(name)
  const effects = [...(raised == null ? [] : [`*Raised:* ${raised}.`]), ...(lowered == null ? [] : [`*Lowered:* ${lowered}.`])]
  const flags = kind.schema['type'] === 'boolean' ? [flagOf(name), flagOf(name).replace('--', '--no-')] : [flagOf(name)]
  return [
    `\`${name}\``,
    [...flags, variableOf(name)].map(word => `\`${word}\``).join('<br>'),
    rangeText(name),
    defaultText(name),
    live === true ? 'live' : 'restart',
    [`${about}.`, ...effects].join(' ')
  ]
}

/** What the rows of the table of dimensions say; how their numbers are used stands in docs/concepts.md. */
function dimensionTable(): string {
  return table(
    ['dimension', 'number', 'θ', 'can evict', 'evidence of a finding', 'least seen'],
    DIMENSIONS.rows.map(dimension => [
      `\`${dimension.name}\``,
      number(dimension.number),
      number(dimension.theta),
      dimension.evictable ? 'yes' : 'no',
      dimension.evictable
        ? Object.entries(dimension.evidence)
            .map(([name, value]) => `\`${name}\` ${number(value)}`)
            .join(', ')
        : '',
      dimension.evictable ? number(dimension.leastSeen) : ''
    ])
  )
}

function presetTable(): string {
  const presets = Object.keys(PRESETS) as PresetName[]
  const names = Object.keys(PRESET_WORDS) as (keyof Preset)[]
  return table(
    ['constant', ...presets, 'what it is'],
    names.map(name => [`\`${name}\``, ...presets.map(preset => number(PRESETS[preset][name])), PRESET_WORDS[name]])
  )
}

const page = [
  INTRO,
  ...GROUPS.map(
    ({ title, holds }) =>
      `## ${title}\n\n${table(['option', 'flag, variable', 'range', 'default', 'change', 'what it is'], OPTION_NAMES.filter(holds).map(optionRow))}\n`
  ),
  `## What the network decides

A constant that must be equal on every node is no option. The roster, which the authority signs, names a preset with these constants. \`peerwatch init --preset demo|lan|public\` chooses the preset. \`--max-degree\`, \`--requests-per-second\`, \`--retention-ms\` and \`--retention-bytes\` of the same command set the limits beside it in the roster ([limits.md](limits.md#per-network-signed-in-the-roster)).

${presetTable()}

Nodes judge a peer by the dimensions of one table, \`DIMENSIONS\` of \`@peerwatch/detection\`, which is equal in every preset. A reporter accuses a peer if even the upper 95 % bound of the peer's share of good observations is below θ. Higher: it accuses sooner, and more honest peers are looked at for nothing. Lower: it accuses only gross misconduct. In a dimension that cannot evict, θ is only shown. A look that saw less of a suspect than *least seen* says nothing.

${dimensionTable()}
`
].join('\n')

const missing = OPTION_NAMES.filter(name => GROUPS.filter(({ holds }) => holds(name)).length !== 1)
if (missing.length > 0) throw new Error(`in no section of docs/configuration.md, or in two: ${missing.join(', ')}`)
writeFileSync('docs/configuration.md', page)
writeFileSync('packages/node/config.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`)
