import { join } from 'node:path'
import { defaultDataFolder, findDataFolder, loadNetworkFolder, loadNodeFolder, NodeError, seedElsewhere } from '@peerwatch/node/files'
import { roleOf } from '@peerwatch/node/roles'
import { apiClient } from '../api-client.ts'
import { listenAddresses } from '../listen-addresses.ts'
import { version } from '../version.ts'
import { ok, problem, skipped } from './diagnosis.ts'
import { checkDisk, checkModes, checkWhose } from './files.ts'
import { checkPlace, checkPorts, checkSeeds } from './links.ts'
import type { Config } from '@peerwatch/node/config'
import type { NodeFolder } from '@peerwatch/node/files'
import type { NodeRole, Role, Roles } from '@peerwatch/node/roles'
import type { StatusView, SurroundingsView } from '@peerwatch/node/node-view'
import type { Network } from '@peerwatch/link'
import type { Diagnosis } from './diagnosis.ts'

export interface ExamineInit {
  readonly config: Config
  readonly role: NodeRole | undefined
  readonly roles: Roles
}

/** What the running node says of itself. */
interface Running {
  readonly row: Role
  readonly status: StatusView
  readonly surroundings: SurroundingsView
}

/** Looks at everything, one problem hiding no other. */
export async function examine({ config, role, roles }: ExamineInit): Promise<Diagnosis[]> {
  const network = await attempt('network', config.get('network'), async path => (await loadNetworkFolder(path)).network)
  const folder = await attempt('node', config.get('node'), async path => loadNodeFolder(path, roles))
  const name = folder.value?.name ?? role ?? 'peer'
  const dataDir = config.get('data') ?? (network.value == null ? await findDataFolder().catch(() => undefined) : undefined) ?? defaultDataFolder(name)
  const api = await ask(dataDir, roles)
  const running = api.value
  const listen = listenAddresses(config, folder.value, network.value)
  const announce = config.get('announce') ?? folder.value?.announce ?? []
  return [
    checkVersion(running),
    ...networkChecks(network, folder),
    ...(api.trouble == null ? [] : [api.trouble]),
    ...(await checkWhose(dataDir, {
      ...(network.value != null && { network: network.value }),
      ...(role != null && { role }),
      ...(folder.value != null && { role: folder.value.role, id: folder.value.id })
    })),
    ...(await checkModes({ dataDir, nodeDir: config.get('node'), logFile: config.get('log.file') ?? join(dataDir, 'log.jsonl') })),
    await checkDisk(dataDir),
    ...(await checkPorts({ listen, http: httpOf(config), running: running?.status.addresses })),
    ...checkPlace(
      running?.surroundings.elsewhere ??
        (running == null && network.value != null && folder.value != null ? seedElsewhere(network.value, { id: folder.value.id, listen, announce }) : undefined)
    ),
    ...(network.value == null ? [] : await checkSeeds(network.value.seeds.map(String))),
    ...runningChecks(dataDir, running)
  ]
}

/** Both have a default. */
function httpOf(config: Config): { host: string; port: number } {
  return { host: config.get('http.host')!, port: config.get('http.port')! }
}

interface Attempt<T> {
  readonly value?: T
  readonly trouble?: Diagnosis
}

async function attempt<T>(check: string, path: string | undefined, load: (path: string) => Promise<T>): Promise<Attempt<T>> {
  if (path == null) return { trouble: skipped(check, `no --${check} given`) }
  try {
    return { value: await load(path) }
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    return { trouble: troubleOf(check, error) }
  }
}

function troubleOf(check: string, { problem: { found, expected, remedy } }: NodeError): Diagnosis {
  return problem(check, 'failed', `${found}; expected ${expected}`, remedy)
}

async function ask(dataDir: string, roles: Roles): Promise<Attempt<Running>> {
  try {
    const client = await apiClient(dataDir)
    const status = await client<StatusView>('GET', '/v1/status')
    return { value: { row: roleOf(status.role, roles), status, surroundings: await client<SurroundingsView>('GET', '/v1/surroundings') } }
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    return error.code === 'not-running' ? {} : { trouble: troubleOf('api', error) }
  }
}

function checkVersion(running: Running | undefined): Diagnosis {
  const own = version()
  if (running == null || running.status.version === own) return ok('version', `peerwatch ${own}, Node ${process.version}`)
  return problem('version', 'warning', `this command is ${own}, the node runs ${running.status.version}`, 'restart the node, so that both are the same')
}

function networkChecks(network: Attempt<Network>, folder: Attempt<NodeFolder>): Diagnosis[] {
  const { value } = network
  const checks = value == null ? [] : [ok('network', `"${value.name}", roster ${value.roster.version}, preset ${value.roster.presetName}`)]
  if (folder.value != null) checks.push(ok('node', `${folder.value.name}, a ${folder.value.role}, ${folder.value.id}`))
  return [...checks, ...[network.trouble, folder.trouble].filter(trouble => trouble != null)]
}

/** Beyond this a node's windows are those of others by what it was told only: after a restart without seeds they are wrong. */
const CLOCK_OFF_WINDOWS = 1

function runningChecks(dataDir: string, running: Running | undefined): Diagnosis[] {
  if (running == null) {
    const why = `no node runs on ${dataDir}`
    return ['clock', 'registry', 'reachability'].map(check =>
      skipped(check, why, check === 'clock' ? 'start it, or name its data folder with --data' : undefined)
    )
  }
  const { reachable, registry } = running.surroundings
  const { seeds, failures } = running.status.registry
  const isAlone = registry === 'alone' && running.row.needsSeeds
  return [
    clockCheck(running, isAlone),
    isAlone
      ? problem(
          'registry',
          'failed',
          ['registered at no seed', ...failures.map(({ seed, reason }) => `${seed}: ${reason}`)].join('; '),
          failures.some(({ code }) => code === 'other-key')
            ? 'get network.json anew from whoever runs the network: this one is of another network, or older than the new key of a seed'
            : 'look at the seeds above: a firewall, or addresses that changed'
        )
      : ok('registry', `${registry}, ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`),
    REACHABILITY[reachable]
  ]
}

/** A seed follows nobody: there is nothing that it could compare its clock with. */
function clockCheck({ row, surroundings: { clockOffsetMs, windowMs } }: Running, isAlone: boolean): Diagnosis {
  if (!row.needsSeeds)
    return skipped('clock', 'a seed tells the time: the network follows its clock', 'see that this machine keeps it right, by NTP for instance')
  if (isAlone) return skipped('clock', 'no seed has told the time')
  const offBy = `${Math.abs(clockOffsetMs / 1000).toFixed(1)} s ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} the network's time`
  return Math.abs(clockOffsetMs) > CLOCK_OFF_WINDOWS * windowMs
    ? problem('clock', 'warning', `this machine is ${offBy}`, 'set its clock, by NTP for instance; until then the node follows the network')
    : ok('clock', `within a window of ${windowMs / 1000} s: ${offBy}`)
}

const REACHABILITY: Readonly<Record<SurroundingsView['reachable'], Diagnosis>> = {
  yes: ok('reachability', 'no seed has failed to dial this node back'),
  no: problem(
    'reachability',
    'warning',
    'a seed could not dial this node back: peers find it only where it dials them',
    'open its port in firewall and NAT, or tell the address that others see with --announce'
  ),
  unknown: skipped('reachability', 'no seed has said')
}
