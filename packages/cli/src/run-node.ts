import { resolve } from 'node:path'
import { afterIfStillRunning, systemClock } from '@peerwatch/model/system-clock'
import { STDOUT } from '@peerwatch/node/files'
import { commandName } from './command-name.ts'
import { paintFor } from './paint.ts'
import { reloadText } from './reload-text.ts'
import { reloading } from './reloading.ts'
import { putDown } from './nodes/put-down.ts'
import { describeError, EXIT } from './report-error.ts'
import { loadConfig, warnOfVariables } from './load-config.ts'
import { checkVictim, planRun } from './run-plan.ts'
import { outliveReader } from './reader.ts'
import { endSignals } from './signals.ts'
import { startNode, warnOfMisconduct } from './start-node.ts'
import { shellWord } from './shell-word.ts'
import { complain, say } from './terminal.ts'
import { untilReady, waitsFor } from './until-ready.ts'
import type { NodeRole } from '@peerwatch/node/roles'
import type { ConfigRequest } from './load-config.ts'
import type { ReloadView } from '@peerwatch/node/node-view'
import type { RunFlags, RunPlan, RunRole } from './run-plan.ts'
import type { RegisteredAt, StartedNode } from './start-node.ts'

/** Nobody should wait for the prompt after `stopped`. */
const LINGER_MS = 200

/** Tells how a run goes: in sentences for people, or in JSON lines (`--json-ready`). */
interface Teller {
  readonly started: (node: StartedNode) => void
  readonly ready: (registry: RegisteredAt, afterMs: number, seedsCount: number) => void
  readonly reloaded: (found: ReloadView) => void
  readonly stopping: (signal: string) => void
  readonly stopped: () => void
}

function sentences({ role, row, network, dataDir, logFile }: RunPlan): Teller {
  // events on stdout stay JSON lines
  const [tells, stream] = logFile === STDOUT ? [complain, process.stderr] : [say, process.stdout]
  const paint = paintFor(stream)
  // with --data always: without it the command is right only until a second node runs here
  const asking = `${commandName()} status --data ${shellWord(dataDir)}`
  return {
    started: node => {
      const { version, quorum, presetName } = node.roster()
      tells(`${role} ${node.id} of the network "${network.name}" (roster ${version}, k = ${quorum}, preset ${presetName}) at ${node.addresses().join(', ')}`)
      tells(paint('dim', `data in ${dataDir}; ask it with \`${asking}\`; Ctrl+C ends it`))
    },
    ready: ({ seeds }, afterMs, seedsCount) => {
      const waited = afterMs < LONG_MS ? '' : `, after ${seconds(afterMs)}`
      tells(row.needsSeeds ? `ready: registered with ${seeds} of ${seedsCount} seeds${waited}` : `ready${waited}`)
    },
    reloaded: found => {
      tells(reloadText(found))
    },
    stopping: signal => {
      tells(`${signal}: stopping in order; a second one stops at once`)
    },
    stopped: () => {
      tells('stopped')
    }
  }
}

function tell(event: string, rest: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ event, ...rest }))
}

function jsonLines({ role, network, dataDir, name }: RunPlan): Teller {
  return {
    started: node => {
      tell('started', { role, name, id: node.id, network: network.name, addresses: node.addresses(), dataDir, pid: process.pid })
    },
    ready: ({ state, seeds }) => {
      tell('ready', { registry: state, seeds })
    },
    reloaded: ({ changed, restart }) => {
      tell('reloaded', { changed, restart })
    },
    stopping: signal => {
      tell('stopping', { signal })
    },
    stopped: () => {
      tell('stopped')
    }
  }
}

/** A wait of which people are told. */
const LONG_MS = 2_000
const SEEDS_SHOWN_MOST = 3

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}

/** Tells when the node takes part, and while it does not what it waits for. */
function watchReadiness({ network }: RunPlan, node: StartedNode, teller: Teller): () => void {
  const elsewhere = node.elsewhere()
  if (elsewhere != null) {
    const { found, expected, remedy } = elsewhere
    complain(`peerwatch: warning: seed-elsewhere: ${found}; expected ${expected}; ${remedy}`)
    return () => {}
  }
  const shown = network.seeds.slice(0, SEEDS_SHOWN_MOST).map(String).join(', ')
  const seeds = network.seeds.length > SEEDS_SHOWN_MOST ? `${shown}, …` : shown
  let isTold = false
  return untilReady({
    clock: systemClock,
    readiness: node.readiness,
    onReady: afterMs => {
      isTold = false
      teller.ready(node.registry(), afterMs, node.roster().seeds.length)
    },
    onWaiting: (afterMs, reason, isAgain) => {
      const isAlone = node.registry().seeds === 0
      const isEvicted = node.isEvicted()
      if (!isAlone || isEvicted || isTold) {
        complain(`peerwatch: waiting for ${seconds(afterMs)}: ${waitsFor(reason, { isAlone, isEvicted, isAgain })}`)
        return
      }
      isTold = true
      const why = node.seedTroubles() || `none of ${seeds} has answered in ${seconds(afterMs)}`
      complain(`peerwatch: warning: unreachable-seed: ${why}; expected at least one seed; the node goes on trying`)
    }
  })
}

/** The newest roster holds, whatever `network.json` says; a node that starts anew with the old file finds the old seeds only. */
function warnOfOldNetwork({ network, config }: RunPlan, node: StartedNode): void {
  const { version } = node.roster()
  if (version <= network.roster.version) return
  complain(
    `peerwatch: warning: old-network: ${config.get('network') ?? 'network.json'} has roster ${network.roster.version}, and this node keeps roster ${version}, which holds; expected the newest network.json; get it from whoever runs the network: a new node that starts with this one finds the seeds of before only`
  )
}

/** For `peerwatch nodes`; a node that cannot be put down there runs all the same. Resolves to what takes it off again. */
async function list({ role, name, network, dataDir }: RunPlan, node: StartedNode): Promise<() => Promise<void>> {
  const { id, addresses } = node
  const listed = {
    role,
    name,
    id,
    network: network.name,
    authority: network.authority,
    addresses: addresses(),
    dataDir: resolve(dataDir),
    pid: process.pid,
    startedAtMs: systemClock.nowMs()
  }
  try {
    return await putDown(listed, process.env)
  } catch (error) {
    warn(describeError(error, 'peerwatch nodes --help').line)
    return async () => {}
  }
}

function warn(line = ''): void {
  complain(line.replace(/^peerwatch: /, 'peerwatch: warning: '))
}

/** Reads the configuration again. An error goes to stderr and the log, and the node goes on as it was. */
async function reloadBySignal(node: StartedNode, teller: Teller, role: NodeRole): Promise<void> {
  try {
    const found = await node.reload()
    if (found != null) teller.reloaded(found)
  } catch (error) {
    complain(describeError(error, `peerwatch ${role} --help`).line ?? '')
  }
}

/** Runs one node until a signal; resolves to the exit code. */
export async function runNode(which: RunRole, flags: RunFlags, request: ConfigRequest): Promise<number> {
  outliveReader()
  let onHangUp: (() => void) | undefined
  const signalled = endSignals(() => onHangUp?.())
  checkVictim(flags)
  warnOfMisconduct(flags)
  const config = await loadConfig(request)
  warnOfVariables()
  const plan = await planRun(which, config, flags)
  const teller = flags.jsonReady === true ? jsonLines(plan) : sentences(plan)
  const reload = reloading({
    role: plan.row,
    request,
    config,
    configure: options => {
      node.configure(options)
    }
  })
  const node = await startNode(plan, reload)
  teller.started(node)
  warnOfOldNetwork(plan, node)
  onHangUp = () => {
    void reloadBySignal(node, teller, plan.role)
  }
  const unlist = await list(plan, node)
  const unwatch = watchReadiness(plan, node, teller)
  const signal = await signalled
  unwatch()
  teller.stopping(signal)
  await node.stop()
  await unlist()
  teller.stopped()
  // a library may still hold something open, and must not keep a stopped node in the process table
  afterIfStillRunning(LINGER_MS, () => process.exit(EXIT.ok))
  return EXIT.ok
}
