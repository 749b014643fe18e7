/** Commands under one condition. */
export interface Condition {
  readonly condition: string
  /** The current folder. */
  readonly at?: string
  readonly lines: readonly string[]
}

const PEER = '12D3KooWBcYAoYZGb8W3dgRcoN2ffFC1mhonwYxoSm5EkuxcgnBV'
const ASKING = [
  'status',
  `standing ${PEER}`,
  'tree',
  'evictions',
  `allow ${PEER}`,
  'health',
  'events',
  'events --follow',
  'reload',
  'guest list',
  `guest add /ip4/127.0.0.1/tcp/4500/p2p/${PEER}`
]
const PEER_HERE = 'peer --network net/public'
const TRUSTED = '--node net/nodes/trusted-1'

function each(commands: readonly string[], rest: string): string[] {
  return commands.map(command => `${command} ${rest}`)
}

/** Of a data folder: what asks and what reads. */
function quiet(condition: string, folder: string): Condition {
  return { condition: `the data folder is ${condition}`, lines: each([...ASKING, 'logs', 'doctor', 'rotate', 'roster publish net'], `--data ${folder}`) }
}

/** And what starts, where it does not. */
function data(condition: string, folder: string): Condition {
  const { lines, ...rest } = quiet(condition, folder)
  return { ...rest, lines: [...lines, `${PEER_HERE} --data ${folder}`] }
}

function trusted(condition: string, folder: string): Condition {
  return {
    condition: `the data folder of a trusted node is ${condition}`,
    lines: [...each(['trusted', 'doctor'], `--network net/public ${TRUSTED} --data ${folder}`), `rotate --data ${folder}`]
  }
}

function network(condition: string, path: string): Condition {
  const asked = [`roster show ${path}`, `roster set ${path} --quorum 1`]
  return { condition: `--network names ${condition}`, lines: [...each([`trusted ${TRUSTED}`, 'peer', 'doctor'], `--data good --network ${path}`), ...asked] }
}

function node(condition: string, path: string, commands: readonly string[] = ['trusted', 'doctor']): Condition {
  return { condition: `--node names ${condition}`, lines: each(commands, `--network net/public --data good --node ${path}`) }
}

function config(condition: string, path: string): Condition {
  const lines = [...each(['peer', 'config', 'doctor'], `--config ${path}`), ...['status', 'logs'].map(command => `PEERWATCH_CONFIG=${path} ${command}`)]
  return { condition: `the configuration is ${condition}`, lines }
}

export function conditions(taken: number): Condition[] {
  return [
    data('missing', 'none'),
    data('shut to this user', 'shut'),
    data('below one that is shut', 'shut/peer'),
    data("somebody else's, with all files shut", 'others'),
    data("somebody else's, of a system", '/usr'),
    data('a file', 'file'),
    data('below a file', 'file/peer'),
    data('where no folder can be made', '/proc/nope'),
    data('read-only', 'read-only'),
    quiet('one whose node has ended', 'gone'),
    quiet('one whose node has ended, and another program has its port', 'taken-over'),
    quiet('one with a damaged api.json', 'damaged-api'),
    quiet('one with an edited api.json', 'edited-api'),
    data('one with a folder api.json', 'folder-api'),
    data('one with a folder log.jsonl', 'folder-log'),
    data('one with a damaged key', 'damaged-key'),
    data('one with a damaged identity.json', 'damaged-identity'),
    data('one of another network', 'of-another-network'),
    data('one with a damaged database', 'damaged-database'),
    data('in use by another node', 'locked'),
    {
      condition: 'no folder is named and none is there',
      lines: [...ASKING, 'logs', 'doctor', PEER_HERE]
    },
    {
      condition: 'no folder is named, and two are there',
      at: 'two',
      lines: [...ASKING, 'logs', 'doctor']
    },
    {
      condition: 'no folder is named, and ./peerwatch-data is shut',
      at: 'here-shut',
      lines: [...ASKING, 'logs', 'doctor', 'peer --network ../net/public']
    },
    {
      condition: 'no folder is named, and the only one is shut',
      at: 'one-shut',
      lines: [...ASKING, 'logs', 'doctor', 'peer --network ../net/public']
    },
    trusted('one without the storage key of its records', 'no-storage-key'),
    trusted('one whose storage key is shut', 'shut-storage-key'),
    network('nothing', 'none'),
    network('a folder that is shut', 'shut'),
    network('something below a folder that is shut', 'shut/public'),
    network('a folder without network.json', 'net'),
    network('something below a file', 'file/public'),
    network('nothing below /proc', '/proc/nope'),
    network('a device', '/dev/zero'),
    network('an empty file', 'empty.json'),
    network('a text', 'text.json'),
    network('one whose roster was changed', 'edited.json'),
    network('one with seeds that are none', 'other-seeds.json'),
    network('one of a later version', 'newer.json'),
    node('nothing', 'none', ['seed', 'trusted', 'watcher', 'peer', 'doctor']),
    node('a folder that is shut', 'nodes/shut'),
    node('a folder whose key is shut', 'nodes/shut-key'),
    node('a folder whose pepper is shut', 'nodes/shut-pepper'),
    node('a folder without a key', 'nodes/no-key'),
    node('a folder without pepper', 'nodes/no-pepper'),
    node('a folder with a damaged key', 'nodes/bad-key'),
    node('a folder with a damaged node.json', 'nodes/bad-file'),
    node('a folder with a damaged pepper', 'nodes/bad-pepper'),
    node('a folder with the key of another node', 'nodes/other-key'),
    node('a file', 'file'),
    node('the folder of another role', 'net/nodes/seed-1', ['trusted', 'watcher', 'peer', 'doctor trusted']),
    node('the folder of another network', 'foreign/nodes/trusted-1'),
    node('a watcher of another network', 'foreign/nodes/watcher-1-1', ['watcher', 'doctor']),
    config('missing', 'none.yaml'),
    config('shut', 'shut.yaml'),
    config('below a folder that is shut', 'shut/options.yaml'),
    config('a folder', 'net'),
    config('no text', 'bytes.yaml'),
    config('one with a wrong option', 'options.yaml'),
    {
      condition: 'the log is shut',
      lines: ['shut/log.jsonl', 'others/log.jsonl'].flatMap(path => each(['logs', `${PEER_HERE} --data good`], `--log ${path}`))
    },
    {
      condition: 'the log is missing, a folder, or where no file can be made',
      lines: [
        'logs --log none.jsonl',
        'logs --log /dev/zero',
        ...['net', '/proc/nope/log.jsonl'].flatMap(path => each(['logs', `${PEER_HERE} --data good`], `--log ${path}`))
      ]
    },
    {
      condition: 'addresses cannot be listened on',
      lines: [
        ...each([`${PEER_HERE} --data good`, 'doctor --data good'], `--listen /ip4/127.0.0.1/tcp/${taken}`),
        ...each([`${PEER_HERE} --data good`, 'doctor --data good'], '--listen /ip4/192.0.2.1/tcp/4500'),
        ...each([`${PEER_HERE} --data good`, 'doctor --data good'], '--listen /ip6/2001:db8::1/tcp/4500'),
        ...each([`${PEER_HERE} --data good`, 'doctor --data good'], `--http-port ${taken}`),
        ...each([`${PEER_HERE} --data good`, 'doctor --data good'], '--http-host 192.0.2.1')
      ]
    },
    {
      condition: 'init cannot make its folder',
      lines: ['none', 'shut', 'shut/net', 'read-only', 'file', 'file/net', '/proc/nope', 'net', '/usr'].map(folder => `init ${folder}`)
    },
    {
      condition: 'a value does not fit',
      lines: [
        'init x --trusted 0',
        'init x --seeds 0',
        'init x --preset wan',
        'init x --quorum 9',
        'init x --name A',
        'init x --seed-host a_b',
        'init x --trusted-host a_b',
        'init x --trusted-port 4001',
        'init x --seed-port 65500',
        'init x --trusted-port 65500',
        'init x --max-degree 0',
        'init x --requests-per-second 0',
        'init x --request-limit x',
        'init x --request-limit x=1',
        'init x --request-limit /peerwatch/rpc=1',
        'init x --request-limit /app/x=0',
        'init x --retention-ms 1',
        'peer --listen 127.0.0.1:4001',
        'peer --listen /ip4/127.0.0.1/tcp/70000',
        'peer --listen 4001',
        'peer --announce example.org',
        `peer --announce /dns4/${'a.'.repeat(150)}org/tcp/4500`,
        'peer --http-port 70000',
        'peer --http-host localhost',
        'peer --log-level loud',
        'peer --target-degree many',
        'peer --network net/public --target-degree 9 --max-degree 8',
        'peer --never-evict bob',
        'peer --behaviour sleeps',
        'peer --network net/public --behaviour slanders',
        'peer --victim bob',
        'PEERWATCH_LISTEN=4001 peer',
        'PEERWATCH_DATA= status',
        'seed --registry-most-peers 0',
        'trusted --watchers 99',
        'standing bob',
        'allow bob',
        'guest add bob',
        'guest add /ip4/127.0.0.1/tcp/4500',
        `guest add /ip4/127.0.0.1/tcp/4500/p2p/${PEER} --days 0`,
        'guest list --days 3',
        'guest bob',
        'guest',
        'events --type peer:lost',
        'events --peer bob',
        'logs --lines 0',
        'logs --level loud',
        'completion tcsh',
        'config pear',
        'doctor pear',
        'demo --seed x',
        'status --jsn',
        'status peer',
        'sttus',
        'standing',
        'peer',
        'seed --network net/public'
      ]
    }
  ]
}
