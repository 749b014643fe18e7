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

A node takes its options from a YAML file, from \`PEERWATCH_*\` variables and from flags; the later wins. \`--config FILE\` or \`PEERWATCH_CONFIG\` names the file; without one there is none.

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

- **One file may serve several roles**: what a role lacks is checked, and then left aside. Relative paths in a file count from its folder, those of flags and variables from where the command runs.
- **Variables** have the name of the flag. A list has commas between its entries; a list's flag is repeated. An empty variable counts as none, one that means nothing is told at the start and ignored.
- **Nothing is half applied.** An unknown or malformed entry ends the start with file, line and column, what was found and what was expected ([bad-config](errors.md#bad-config)).
- **\`peerwatch config\`** shows the value of every option and who set it, or the rule by which a default is found: \`peerwatch config seed --config seed.yaml\`, \`--json\` for programs.
- **\`peerwatch reload\`**, or SIGHUP, reads the file again. What is marked *live* below takes force at once, the watchers inside a trusted node's process included; the rest is told and waits for a restart. A file that is wrong changes nothing and says why. Flags and variables stay what they were.
- **WebSockets.** \`/ip4/0.0.0.0/tcp/14602/ws\` listens on them, beside TCP or instead. A node takes no TLS: where it is wanted a proxy in front does it, and \`announce\` tells its address, such as \`/dns4/seed-1.example.org/tcp/443/tls/ws\`. To a seed behind a proxy all who come through it have one address: in scope \`public\` they are one group, and nobody but the proxy's host can be dialled back, so give seeds a TCP address as well.
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
    'weight of a reporter that was never checked, which are all as long as there is no ledger of them. Higher: the same reports move a reputation further from ½; lower: less far, and below `accuserLeastWeight` nobody can accuse',
  accuserLeastWeight:
    'a group whose best member weighs less cannot accuse. Higher: liars lose their voice sooner, as do the unlucky, and above `uncheckedCredibility` everybody that was never checked; lower: more of the mistrusted are heard',
  refusedWindows:
    'windows for which a peer that was cut is refused, and reported as cut. Longer: who misbehaves is kept out and accused for longer, as is who was cut by mistake; shorter: both are back sooner',
  restWindows:
    'windows after an acquittal in which the same accusers open no new case. Longer: slander costs fewer looks, and who turns bad after an acquittal is examined later; shorter: the reverse',
  lookWindows:
    'windows a watcher looks at a suspect, from their link; as long it waits for one. Longer: on-off misconduct and quiet suspects are seen better, and each slot is taken for longer; shorter: more cases, and more looks that say nothing',
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

Constants that must be equal on every node are no options: the roster, signed by the authority, names a preset. \`peerwatch init --preset demo|lan|public\` chooses it; \`--max-degree\`, \`--requests-per-second\`, \`--retention-ms\` and \`--retention-bytes\` of the same command give the limits that stand in the roster beside it ([limits.md](limits.md#per-network-signed-in-the-roster)).

${presetTable()}

By what peers are judged stands in one table, \`DIMENSIONS\` of \`@peerwatch/detection\`, equal in every preset. A reporter accuses where even the upper 95 % bound of a peer's share of good observations is below θ. Higher: sooner, and more honest peers are looked at for nothing; lower: only gross misconduct is accused. In a dimension that cannot evict, θ is shown only. A look that saw less of a suspect than *least seen* says nothing.

${dimensionTable()}
`
].join('\n')

const missing = OPTION_NAMES.filter(name => GROUPS.filter(({ holds }) => holds(name)).length !== 1)
if (missing.length > 0) throw new Error(`in no section of docs/configuration.md, or in two: ${missing.join(', ')}`)
writeFileSync('docs/configuration.md', page)
writeFileSync('packages/node/config.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`)
