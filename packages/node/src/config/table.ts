import { dialledAddress, ipAddress, listenAddress, listOf, oneOf, path, peer, wholeNumber, yesNo } from './kind.ts'
import type { Kind } from './kind.ts'
import type { Option } from './option.ts'
import type { OptionSet } from '../roles/role.ts'

const DAY_MS = 86_400_000

type Limit = Pick<Option<number>, 'unit' | 'default' | 'defaultText' | 'about' | 'raised' | 'lowered'> & { readonly most: number }

/** A limit that few ever change. */
function limit(set: OptionSet, { most, ...rest }: Limit): Option<number> {
  return { kind: wholeNumber(1, most), placeholder: rest.unit === 'ms' ? 'ms' : 'count', set, isHidden: true, ...rest }
}

/**
 * Every option of a node that runs, in the order in which people meet them. Flags, `PEERWATCH_*` variables, the check of the file,
 * config.schema.json and docs/configuration.md are made from this table alone; defaults of limits equal those of the services (tested).
 */
export const OPTIONS = Object.freeze({
  network: {
    kind: path('a folder with network.json, or the file itself'),
    placeholder: 'folder',
    defaultText: 'none; it must be given',
    about: 'folder with network.json, or the file itself',
    set: 'every'
  },
  node: {
    kind: path("a node's folder"),
    placeholder: 'folder',
    defaultText: 'none; a peer makes a key at its first start, other roles need it',
    about: 'folder of this node, as `peerwatch init` made it',
    set: 'every'
  },
  data: {
    kind: path('a folder'),
    placeholder: 'folder',
    defaultText: './peerwatch-data/NAME',
    about: 'where the node keeps its database, log and api.json; one node per folder',
    set: 'every'
  },
  listen: {
    kind: listOf(listenAddress()),
    placeholder: 'multiaddr',
    defaultText: 'from node.json, else any port: on loopback where all seeds are, else on all addresses',
    about: 'address to listen on, over TCP or (…/ws) WebSockets; may be repeated',
    set: 'every'
  },
  announce: {
    kind: listOf(dialledAddress()),
    placeholder: 'multiaddr',
    defaultText: 'from node.json, else those listened on',
    about: 'address to tell others instead, behind a NAT or a proxy or in a container; may be repeated',
    set: 'every'
  },
  'http.port': { kind: wholeNumber(0, 65_535), placeholder: 'port', default: 0, about: 'port of the HTTP API; 0 takes any', set: 'every' },
  'http.host': {
    kind: ipAddress(),
    placeholder: 'address',
    default: '127.0.0.1',
    about: 'address of the HTTP API; any but loopback shows health and metrics to the network, the rest stays behind the token',
    set: 'every'
  },
  'log.file': {
    kind: path('a file, or - for stdout'),
    placeholder: 'file',
    defaultText: 'log.jsonl in the data folder',
    about: 'log file, appended to; - is stdout',
    set: 'every',
    flag: 'log'
  },
  'log.level': {
    kind: oneOf('debug', 'info', 'warn', 'error'),
    placeholder: 'level',
    default: 'info',
    about: 'lines below it are left out',
    raised: 'fewer lines: `error` leaves what the operator must look at',
    lowered: '`debug` has each window and each acknowledged report, about 1 line a second and neighbour',
    set: 'every',
    live: true
  },
  'log.format': {
    kind: oneOf('json', 'pretty'),
    placeholder: 'format',
    default: 'json',
    about: 'json: one object per line, for programs; pretty: for people',
    set: 'every'
  },
  enforce: {
    kind: yesNo(),
    default: true,
    about: 'refuse whom the node itself or the tier found guilty; without it a dry run, which observes and reports only',
    aboutNot: 'dry run: observe and report, and refuse nobody',
    set: 'every'
  },
  neverEvict: {
    kind: listOf(peer()),
    placeholder: 'peer',
    default: [],
    about: 'keep this peer whatever anybody signs; may be repeated',
    set: 'every',
    live: true
  },
  targetDegree: {
    kind: wholeNumber(0, 512),
    placeholder: 'count',
    unit: 'neighbours',
    default: 8,
    about: 'neighbours to look for',
    raised: 'it sees more peers and is seen by more, at a ping an interval and the gossip of each',
    lowered: 'less traffic; below 3 it judges nobody by forwarding and is easily surrounded',
    set: 'peers',
    live: true
  },
  maxDegree: {
    kind: wholeNumber(1, 512),
    placeholder: 'count',
    unit: 'neighbours',
    defaultText: "the roster's maxDegree, which bounds it too",
    about: 'neighbours at most; the newest inbound links beyond are ended',
    raised: 'it serves more who dial it',
    lowered: 'less traffic; newcomers find fewer who take them',
    set: 'peers',
    live: true
  },
  'chat.everyMs': {
    kind: wholeNumber(10, DAY_MS),
    placeholder: 'ms',
    unit: 'ms',
    default: 5_000,
    about: "pause between two messages of the network's small talk",
    raised: 'less traffic; corrupt relays are seen later',
    lowered: 'corrupt relays are seen sooner',
    set: 'peers',
    live: true
  },
  'chat.count': {
    kind: wholeNumber(0, 1_000_000_000),
    placeholder: 'count',
    unit: 'messages',
    defaultText: 'no end',
    about: 'messages to send in all; 0 for none',
    set: 'peers'
  },
  'chat.firstSights': {
    kind: yesNo(),
    default: true,
    about: 'a log line for each first sight of a gossip message; leave out under load',
    aboutNot: 'no log line for each first sight of a gossip message',
    set: 'peers'
  },
  watchers: {
    kind: wholeNumber(0, 16),
    placeholder: 'count',
    unit: 'watchers',
    defaultText: "the preset's",
    about: "watchers inside the trusted node's process",
    raised: 'more suspects are looked at a time, at the memory and links of a peer each',
    lowered: 'less memory; cases wait longer. 0 leaves the looking to watchers with a process of their own',
    set: 'tier'
  },
  'gossip.messagesPerSecond': limit('every', {
    most: 1_000_000,
    unit: 'messages per second and neighbour',
    default: 1_000,
    about: 'gossip that one neighbour may hand over, copies included; twice as much at once, the rest is dropped unread',
    raised: 'a busier network; one neighbour may cost more CPU',
    lowered: 'one neighbour can cost less CPU'
  }),
  'gossip.bytesPerSecond': limit('every', {
    most: 1_000_000_000,
    unit: 'bytes per second and neighbour',
    default: 8_388_608,
    about: 'the same for the data in it',
    raised: 'larger messages; one neighbour may take more bandwidth to others',
    lowered: 'one neighbour can take less bandwidth to others'
  }),
  'registry.mostPeers': limit('registry', {
    most: 10_000_000,
    unit: 'peers',
    default: 100_000,
    about: 'registered peers; a new one beyond it is refused, those who are there stay',
    raised: 'a larger network, at about 2 KB each',
    lowered: 'less memory under a flood of names'
  }),
  'registry.mostStreams': limit('registry', {
    most: 1_000_000,
    unit: 'streams',
    default: 10_000,
    about: 'peers that are connected to this seed at a time; roster members get in beyond it',
    raised: 'more peers hear of changes at once',
    lowered: 'less memory and fewer open sockets'
  }),
  'registry.mostGuests': limit('registry', {
    most: 1_000_000,
    unit: 'guests',
    default: 1_000,
    about: 'entries for peers that speak no Peerwatch',
    raised: 'more of them are found',
    lowered: 'a flood of invented guests costs less'
  }),
  'registry.expiryWindows': limit('registry', {
    most: 10_000,
    unit: 'windows',
    default: 10,
    about: 'a registration that is not renewed for so long is dropped',
    raised: 'peers survive longer outages of the seed, and dead ones are listed longer',
    lowered: 'the list is fresher'
  }),
  'registry.expiryLeastMs': limit('registry', {
    most: DAY_MS,
    unit: 'ms',
    default: 60_000,
    about: 'but not before this time',
    raised: 'the same as registry.expiryWindows, for short windows',
    lowered: 'the same as registry.expiryWindows, for short windows'
  }),
  'registry.registerWithinMs': limit('registry', {
    most: DAY_MS,
    unit: 'ms',
    default: 10_000,
    about: 'a stream on which nobody registers is closed after so long',
    raised: 'slow peers get in',
    lowered: 'idle strangers hold fewer streams'
  }),
  'registry.costPerSecond': limit('registry', {
    most: 1_000_000,
    unit: 'requests per second and peer',
    default: 20,
    about: 'requests, and things to check within them, that one peer may make',
    raised: 'peers with much churn around them are served sooner',
    lowered: 'one peer can cost less CPU'
  }),
  'registry.costBurst': limit('registry', {
    most: 1_000_000,
    unit: 'requests',
    default: 400,
    about: 'the same, at once',
    raised: 'bursts after an outage are served',
    lowered: 'one peer can cost less CPU at once'
  }),
  'registry.refusedMost': limit('registry', {
    most: 1_000_000,
    unit: 'requests',
    default: 100,
    about: 'refused requests in a row after which a stream is cut',
    raised: 'broken peers get more patience',
    lowered: 'they are cut sooner'
  }),
  'registry.mostDeathTests': limit('registry', {
    most: 100_000,
    unit: 'peers',
    default: 256,
    about: 'peers tested for death at a time; more reports are dropped',
    raised: 'a large outage is cleared sooner',
    lowered: 'false reports cost fewer dials'
  }),
  'registry.dialBacksAtOnce': limit('registry', {
    most: 1_000,
    unit: 'dials',
    default: 8,
    about: 'addresses dialled back at a time',
    raised: 'newcomers are known to be reachable sooner',
    lowered: 'fewer sockets'
  }),
  'registry.dialBackTimeoutMs': limit('registry', {
    most: 600_000,
    unit: 'ms',
    default: 5_000,
    about: 'until a dial-back counts as failed',
    raised: 'slow peers count as reachable',
    lowered: 'those behind a firewall are told sooner'
  }),
  'registry.dialBackTries': limit('registry', {
    most: 100,
    unit: 'dials',
    default: 3,
    about: 'failed dial-backs after which a peer counts as unreachable for good',
    raised: 'a busy machine is forgiven more',
    lowered: 'fewer dials'
  }),
  'reporting.mostPending': limit('peers', {
    most: 10_000_000,
    unit: 'reports',
    default: 10_000,
    about: 'reports kept on disk while nobody takes them; the oldest beyond are given up',
    raised: 'a longer outage of the trusted nodes is bridged, at about 600 bytes each',
    lowered: 'less disk'
  }),
  'reporting.flushMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 2_000,
    about: 'how long a stopping node waits for answers; what is left stays on disk',
    raised: 'fewer reports wait for the next start',
    lowered: 'it stops sooner'
  }),
  'reporting.dialTimeoutMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 10_000,
    about: 'until the dial of an entry counts as failed',
    raised: 'slow links work',
    lowered: 'the other entry is used sooner'
  }),
  'reporting.answerTimeoutMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    defaultText: 'a window, within 3,000 and 15,000',
    about: 'until an entry that does not answer is left for the other',
    raised: 'busy entries are kept',
    lowered: 'silent entries are left sooner'
  }),
  'reporting.leastBackoffMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 500,
    about: 'first pause before an entry is dialled again; doubled with every failure',
    raised: 'fewer dials against entries that are gone',
    lowered: 'reports flow again sooner'
  }),
  'reporting.mostBackoffMs': limit('peers', {
    most: DAY_MS,
    unit: 'ms',
    defaultText: 'two windows, within 4,000 and 60,000',
    about: 'the longest such pause',
    raised: 'fewer dials against entries that are gone for long',
    lowered: 'reports flow again sooner after a long outage of the entries'
  }),
  'entry.credits': limit('tier', {
    most: 1_000_000,
    unit: 'reports',
    default: 512,
    about: 'reports of one stream that may wait for an answer',
    raised: 'faster over long links, at more memory',
    lowered: 'one reporter takes less memory'
  }),
  'entry.streamsPerPeer': limit('tier', {
    most: 1_000,
    unit: 'streams',
    default: 2,
    about: 'report streams of one peer',
    raised: 'overlapping restarts of a peer are served',
    lowered: 'one peer takes fewer'
  }),
  'entry.streams': limit('tier', {
    most: 1_000_000,
    unit: 'streams',
    default: 2_048,
    about: 'report streams in all; one more is refused and goes to the other entry',
    raised: 'a larger network per trusted node',
    lowered: 'less memory and fewer sockets'
  }),
  'entry.underWay': limit('tier', {
    most: 10_000_000,
    unit: 'reports',
    default: 8_192,
    about: 'reports under way over all streams; beyond it the answer is `busy`',
    raised: 'larger bursts are taken, at about 2 KB each',
    lowered: 'less memory'
  }),
  'entry.faults': limit('tier', {
    most: 1_000_000,
    unit: 'faults',
    default: 32,
    about: "faults after which a sender's stream is cut; one is forgotten per window",
    raised: 'broken peers get more patience',
    lowered: 'they are cut sooner'
  })
} satisfies Record<string, Option<never> | Option<number> | Option<string> | Option<boolean> | Option<readonly string[]>>)

export type OptionName = keyof typeof OPTIONS
export type OptionValue<K extends OptionName> = (typeof OPTIONS)[K] extends { readonly kind: Kind<infer T> } ? T : never

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[]

export function findOption(name: OptionName): Option {
  return OPTIONS[name]
}

function kebab(text: string): string {
  return text.replaceAll('.', '-').replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `--http-port` of `http.port`. */
export function flagOf(name: OptionName): string {
  return `--${findOption(name).flag ?? kebab(name)}`
}

/** `PEERWATCH_HTTP_PORT` of `http.port`. */
export function variableOf(name: OptionName): string {
  return `PEERWATCH_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`
}
