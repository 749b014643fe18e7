import { dialledAddress, ipAddress, listenAddress, listOf, nodeName, oneOf, path, peer, wholeNumber, yesNo } from '../kind.ts'
import type { Options } from '../option.ts'

const PORT_MOST = 65_535

/** Options that every node has. */
export const EVERY_NODE = {
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
  name: {
    kind: nodeName(),
    placeholder: 'name',
    defaultText: 'from node.json, else the role',
    about: 'the name of this node on this machine: in its log, in `peerwatch nodes` and `status`, and in the default of data; nobody else learns it',
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
    defaultText: 'from node.json, else any port: on loopback where all seeds are, else on all addresses, those of IPv6 too where the machine has it',
    about: 'address to listen on, over TCP or (…/ws) WebSockets; may be repeated',
    set: 'every'
  },
  listenPort: {
    kind: wholeNumber(0, PORT_MOST),
    placeholder: 'port',
    defaultText: 'from node.json, else any',
    about: 'port to listen on, in place of --listen where the address is not to change; 0 takes any',
    set: 'every',
    flag: 'port',
    // PEERWATCH_PORT is what Kubernetes sets beside a service named peerwatch
    variable: 'PEERWATCH_LISTEN_PORT'
  },
  announce: {
    kind: listOf(dialledAddress()),
    placeholder: 'multiaddr',
    defaultText: 'from node.json, else those listened on',
    about: 'address to tell others instead, behind a NAT or a proxy or in a container; may be repeated',
    set: 'every'
  },
  'http.port': { kind: wholeNumber(0, PORT_MOST), placeholder: 'port', default: 0, about: 'port of the HTTP API; 0 takes any', set: 'every' },
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
    about: 'refuse peers that the node itself cut or the tier evicted; without it a dry run, which only observes and reports',
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
  }
} satisfies Options
