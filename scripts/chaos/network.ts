import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { parseNetwork } from '@peerwatch/link'
import { freePorts } from '@peerwatch/node/testnet'
import { runCommand } from '../../test/support/command.ts'
import { member } from './member.ts'
import { proxy } from './proxy.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Network } from '@peerwatch/link'
import type { Command, Ran } from '../../test/support/command.ts'
import type { Able } from './schedule.ts'
import type { Member } from './member.ts'
import type { Proxy } from './proxy.ts'

/** A trusted node, and the proxy at which others dial it. */
export interface ProxiedMember extends Member {
  readonly proxy: Proxy
  readonly dialsFrom: string
  /** Where it is dialled. */
  readonly address: string
}

export interface ChaosNetwork {
  readonly root: string
  readonly network: Network
  readonly seedKey: PrivateKey
  readonly seedAddress: string
  readonly seeds: readonly Member[]
  /** Those of the roster, in the order in which they came. */
  readonly trusted: () => readonly ProxiedMember[]
  readonly named: (name: string) => Member
  /** Runs `peerwatch roster …`; rejects where it fails. */
  readonly roster: (...args: string[]) => Promise<{ readonly version: number }>
  readonly run: (...args: string[]) => Promise<Ran>
  /** Version of the newest roster that was signed. */
  readonly version: () => number
  readonly nextPort: () => Promise<number>
  /** A node whose folder `roster add` has made for this port. */
  readonly add: (name: string, port: number) => Promise<ProxiedMember>
  readonly forget: (name: string) => Promise<void>
  /** The disk of this node has no room left, until `free`. */
  readonly fill: (name: string) => Promise<void>
  readonly free: (name: string) => Promise<void>
  readonly able: Able
  readonly close: (isKept: boolean) => Promise<void>
}

/** What `init` made, for nodes that are started with an old file. */
export const FIRST_NETWORK = 'first'
/** Of a disk that can be filled. */
const DISK_BYTES = 256 * 2 ** 20
const FILLABLE = 2
const FILLER = 'filler'

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export async function chaosNetwork(seedsCount: number, trustedCount: number, onFall: (what: string) => void): Promise<ChaosNetwork> {
  const root = await mkdtemp(join(tmpdir(), 'peerwatch-chaos-'))
  const running = new Set<Command>()
  const disks: string[] = []
  const proxies: Proxy[] = []
  let members: ProxiedMember[] = []
  let made = 0
  const killAll = (): void => {
    for (const { child } of running) child.kill('SIGKILL')
  }
  process.on('exit', killAll)
  const run = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root })
  const ports = await freePorts(seedsCount + trustedCount)
  const listenPorts = ports.slice(seedsCount)
  const counts = ['--seeds', `${seedsCount}`, '--trusted', `${trustedCount}`, '--seed-port', `${ports[0]}`, '--trusted-port', `${listenPorts[0]}`]
  const init = await run('init', 'net', '--preset', 'demo', '--name', 'chaos', ...counts)
  if (init.code !== 0) throw new Error(`peerwatch init: ${init.stderr}`)
  await cp(join(root, 'net', 'public'), join(root, FIRST_NETWORK), { recursive: true })
  let version = 1

  const add: ChaosNetwork['add'] = async (name, port) => {
    const [proxyPort = 0] = await freePorts(1)
    const dialsFrom = `127.0.1.${++made}`
    const listen = ['--watchers', '0', '--listen', `/ip4/127.0.0.1/tcp/${port}`, '--announce', `/ip4/127.0.0.1/tcp/${proxyPort}`]
    const through = await proxy(proxyPort, port)
    proxies.push(through)
    const base = await member({ root, role: 'trusted', name, dialsFrom, args: listen, running, onFall })
    if (made <= FILLABLE && mounted(base.data)) disks.push(name)
    const added = { ...base, proxy: through, dialsFrom, address: `/ip4/127.0.0.1/tcp/${proxyPort}/p2p/${base.id}` }
    members = [...members, added]
    return added
  }
  const named = (name: string): Member => {
    const found = [...members, ...seeds].find(each => each.name === name)
    if (found == null) throw new Error(`no node is called ${name}`)
    return found
  }
  await mkdir(join(root, 'data'))
  const seeds = await Promise.all(
    Array.from({ length: seedsCount }, async (_, index) =>
      member({ root, role: 'seed', name: `seed-${index + 1}`, dialsFrom: `127.0.2.${index + 1}`, args: [], running, onFall })
    )
  )
  for (const [index, port] of listenPorts.entries()) await add(`trusted-${index + 1}`, port)
  const network = await parseNetwork(JSON.parse(await readFile(join(root, 'net', 'public', 'network.json'), 'utf8')))
  return {
    root,
    network,
    seedKey: privateKeyFromProtobuf(await keyIn(join(root, 'net', 'nodes', 'seed-1', 'key'))),
    seedAddress: network.seeds.map(String)[0]!,
    seeds,
    trusted: () => members,
    named,
    run,
    roster: async (...args) => {
      const [verb = '', ...rest] = args
      const { code, stdout, stderr } = await run('roster', verb, 'net', ...rest, '--json')
      if (code !== 0) throw new Error(`peerwatch roster ${args.join(' ')}: ${stderr}`)
      const told = JSON.parse(stdout) as { version: number }
      version = told.version
      return told
    },
    version: () => version,
    nextPort: async () => (await freePorts(1))[0]!,
    add,
    forget: async name => {
      members = members.filter(each => each.name !== name)
    },
    fill: async name => {
      const file = await open(join(named(name).data, FILLER), 'w')
      const piece = Buffer.alloc(64 * 1024)
      try {
        for (;;) await file.write(piece)
      } catch {
        // it is full
      } finally {
        await file.close()
      }
    },
    free: async name => rm(join(named(name).data, FILLER), { force: true }),
    able: { fillable: disks, partitions: process.platform === 'linux', retentionMs: network.roster.retentionMs },
    close: async isKept => {
      killAll()
      await Promise.all([...running].map(async ({ ended }) => ended))
      process.removeListener('exit', killAll)
      await Promise.all(proxies.map(async each => each.close()))
      for (const name of disks) {
        const data = join(root, 'data', name)
        if (isKept) await cp(data, `${data}-kept`, { recursive: true })
        // lazily: whatever still reads there may end
        execFileSync('umount', ['--lazy', data], { stdio: 'ignore' })
      }
      if (!isKept) await rm(root, { recursive: true, force: true, maxRetries: 10 })
    }
  }
}

async function keyIn(path: string): Promise<Uint8Array> {
  return Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')
}
