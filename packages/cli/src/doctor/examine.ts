import { join } from 'node:path'
import { counted } from '@peerwatch/model'
import {
  checkRole,
  defaultDataFolder,
  FILES,
  findDataFolder,
  isMissing,
  loadNetworkFolder,
  loadNodeFolder,
  NodeError,
  seedElsewhere
} from '@peerwatch/node/files'
import { roleOf } from '@peerwatch/node/roles'
import { apiClient } from '../api-client.ts'
import { aloneSeedText } from '../commands/status-text.ts'
import { listenAddresses } from '../listen-addresses.ts'
import { version } from '../version.ts'
import { ok, problem, skipped } from './diagnosis.ts'
import { checkDisk, checkLog, checkModes, checkWhose, folderTrouble } from './files.ts'
import { checkPlace, checkPorts } from './links.ts'
import { checkSeeds } from './seeds.ts'
import type { Config } from '@peerwatch/node/config'
import type { NodeFolder } from '@peerwatch/node/files'
import type { NodeRole, Role, Roles } from '@peerwatch/node/roles'
import type { ReadyView, StatusView, SurroundingsView } from '@peerwatch/node/node-view'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { Diagnosis } from './diagnosis.ts'
import type { FolderTrouble } from './files.ts'

export interface ExamineInit {
  readonly config: Config
  readonly role: NodeRole | undefined
  readonly roles: Roles
}

/** The running node says this of itself. */
interface Running {
  readonly row: Role
  readonly status: StatusView
  readonly surroundings: SurroundingsView
  readonly readiness: ReadyView
}

/** Looks at everything, one problem hiding no other. */
export async function examine({ config, role, roles }: ExamineInit): Promise<Diagnosis[]> {
  const network = await attempt('network', config.get('network'), async path => (await loadNetworkFolder(path)).network)
  const folder = await attempt('node', config.get('node'), async path => loadNodeFolder(path, roles))
  const { dataDir, unknown } = await dataPlace(config, folder.value?.name ?? role ?? 'peer', network.value == null)
  const api: Asked = unknown == null ? await ask(dataDir, roles) : { why: NOT_KNOWN, remedy: 'name its data folder with --data' }
  const running = 'value' in api ? api.value : undefined
  const listen = listenAddresses(config, folder.value, network.value)
  const announce = config.get('announce') ?? folder.value?.announce ?? []
  const logFile = config.get('log.file') ?? join(dataDir, 'log.jsonl')
  // a node that runs there shows what the folder is good for
  const trouble = unknown ?? (running == null ? await folderTrouble(dataDir) : undefined)
  return [
    checkVersion(running),
    ...networkChecks(network, running),
    ...folderChecks(folder, { network: network.value, role, roles, running: running?.status.role }),
    ...(api.trouble == null || trouble != null ? [] : [api.trouble]),
    ...(await checkWhose(dataDir, {
      trouble,
      ownsKey: config.get('node') == null,
      ...(network.value != null && { network: network.value }),
      ...(role != null && { role }),
      ...(folder.value != null && { role: folder.value.role, id: folder.value.id })
    })),
    ...(await checkModes({ dataDir, trouble, nodeDir: config.get('node'), logFile })),
    ...(trouble == null ? await checkLog(logFile) : []),
    await checkDisk(dataDir),
    ...(await checkPorts({ listen, http: httpOf(config), running: running?.status.addresses })),
    ...checkPlace(
      running?.surroundings.elsewhere ??
        (running == null && network.value != null && folder.value != null ? seedElsewhere(network.value, { id: folder.value.id, listen, announce }) : undefined)
    ),
    ...(await checkSeeds({ seeds: running?.surroundings.seeds ?? network.value?.seeds.map(String), self: folder.value?.id ?? running?.status.peer })),
    ...runningChecks(api)
  ]
}

const NOT_KNOWN = 'it is not known which node is meant'

interface DataPlace {
  readonly dataDir: string
  /** Why it may be another one. */
  readonly unknown?: FolderTrouble
}

/** The folder that is given, else that of the only node that runs here, where one is looked for, else that of the node that would be started. */
async function dataPlace(config: Config, name: string, looksFor: boolean): Promise<DataPlace> {
  const dataDir = config.get('data') ?? defaultDataFolder(name)
  if (config.get('data') != null || !looksFor) return { dataDir }
  try {
    return { dataDir: await findDataFolder() }
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    const { found, expected, remedy } = error.problem
    return error.code === 'not-running' ? { dataDir } : { dataDir, unknown: { what: `${found}; expected ${expected}`, inShort: NOT_KNOWN, remedy } }
  }
}

/** Undefined where it is any port of the default address, which no other program can have. */
function httpOf(config: Config): { host: string; port: number } | undefined {
  const isDefault = config.given('http.host') == null && config.get('http.port') === 0
  return isDefault ? undefined : { host: config.get('http.host')!, port: config.get('http.port')! }
}

interface Attempt<T> {
  readonly value?: T
  readonly trouble?: Diagnosis
}

/** Whether a node runs on a data folder: it does, it does not, or it could not be seen. */
interface Asked extends Attempt<Running> {
  readonly why?: string
  readonly remedy?: string
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

/** `/readyz` says so. */
const NOT_READY = 503

async function ask(dataDir: string, roles: Roles): Promise<Asked> {
  try {
    const client = await apiClient(dataDir)
    const status = await client<StatusView>('GET', '/v1/status')
    const surroundings = await client<SurroundingsView>('GET', '/v1/surroundings')
    return { value: { row: roleOf(status.role, roles), status, surroundings, readiness: await client<ReadyView>('GET', '/readyz', [NOT_READY]) } }
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    const { found } = error.problem
    if (error.code !== 'not-running') return { trouble: troubleOf('api', error), why: `whether a node runs on ${dataDir} could not be seen: ${found}` }
    const why = `no node runs on ${dataDir}`
    // one that was stopped in order leaves no api.json
    return isMissing(error.cause) ? { why } : { trouble: troubleOf('process', error), why }
  }
}

function checkVersion(running: Running | undefined): Diagnosis {
  const own = version()
  if (running == null || running.status.version === own) return ok('version', `peerwatch ${own}, Node ${process.version}`)
  return problem('version', 'warning', `this command is ${own}, the node runs ${running.status.version}`, 'restart the node, so that both are the same')
}

function networkChecks({ value, trouble }: Attempt<Network>, running: Running | undefined): Diagnosis[] {
  if (value != null) return [ok('network', `"${value.name}", roster ${value.roster.version}, preset ${value.roster.presetName}`)]
  if (trouble?.state !== 'skipped' || running == null) return trouble == null ? [] : [trouble]
  const { network, rosterVersion, preset } = running.status
  return [ok('network', `"${network}", roster ${rosterVersion}, preset ${preset}, as the running node has it`)]
}

interface FolderClaim {
  readonly network: Network | undefined
  readonly role: NodeRole | undefined
  readonly roles: Roles
  /** The node that runs there. */
  readonly running: string | undefined
}

/** Whether the node of the folder could be started as that role in that network. */
function folderChecks({ value, trouble }: Attempt<NodeFolder>, { network, role, roles, running }: FolderClaim): Diagnosis[] {
  if (value == null) {
    const row = roles[role ?? running ?? '']
    const needsNone = row != null && row.files.folder == null
    return trouble == null || (trouble.state === 'skipped' && needsNone) ? [] : [trouble]
  }
  const { noun } = roleOf(value.role, roles)
  if (role != null && value.role !== role) {
    return [
      problem('node', 'failed', `${value.folder} is the folder of ${noun}; expected that of ${roleOf(role, roles).noun}`, 'give another folder with --node')
    ]
  }
  try {
    const { id, owner, folder } = value
    const claim = { role: value.role, id: id as PeerIdString, keyFrom: join(folder, FILES.key) }
    if (network != null) checkRole(network, { ...claim, ...(owner != null && { owner }) }, roles)
    return [ok('node', `${value.name}, ${noun}, ${id}`)]
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    return [troubleOf('node', error)]
  }
}

/** Beyond this a node's windows are those of others by what it was told only: after a restart without seeds they are wrong. */
const CLOCK_OFF_WINDOWS = 1

function runningChecks({
  value: running,
  trouble,
  why = '',
  remedy = trouble == null ? 'start it, or name its data folder with --data' : undefined
}: Asked): Diagnosis[] {
  if (running == null) {
    return ['clock', 'registry', 'reachability'].map(check => skipped(check, why, check === 'clock' ? remedy : undefined))
  }
  const { reachable, registry } = running.surroundings
  const { readiness, status } = running
  const { seeds, failures } = status.registry
  const isAlone = registry === 'alone' && running.row.needsSeeds
  return [
    clockCheck(running, isAlone),
    isAlone
      ? problem(
          'registry',
          'failed',
          [aloneWhy(status), ...failures.map(({ seed, reason }) => `${seed}: ${reason}`)].join('; '),
          status.evicted != null
            ? '`peerwatch appeal` says by whom, and what to do'
            : failures.some(({ code }) => code === 'other-key')
              ? 'get network.json anew from whoever runs the network: this one is of another network, or older than the new key of a seed'
              : 'look at the seeds above: whether they run, a firewall, or addresses that changed'
        )
      : ok(
          'registry',
          status.seed != null && seeds.length === 0 ? `${registry}: ${aloneSeedText(status.seed)}` : `${registry}, ${counted(seeds.length, 'seed')}`
        ),
    REACHABILITY[reachable],
    // other checks tell above why else it is not ready
    ...(readiness.ready || isAlone || running.surroundings.elsewhere != null
      ? []
      : [
          problem(
            'ready',
            'failed',
            `the node does not take part in its network: ${readiness.reason ?? 'it gives no reason'}`,
            'wait, where it fetches records; else do what the reason says'
          )
        ])
  ]
}

function aloneWhy({ evicted }: StatusView): string {
  if (evicted == null) return 'registered at no seed'
  return `evicted until ${new Date(evicted.expiresAtMs).toISOString()} for ${evicted.dimension}, so no seed takes it`
}

/** A seed follows nobody and asks nobody: there is nothing that it could compare its clock with. */
function clockCheck({ row, surroundings: { clockOffsetMs, windowMs } }: Running, isAlone: boolean): Diagnosis {
  if (!row.needsSeeds)
    return skipped('clock', 'a seed keeps its own time, and compares it with nobody', 'see that this machine keeps it right, by NTP for instance')
  if (isAlone) return skipped('clock', 'no other node has told the time')
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
