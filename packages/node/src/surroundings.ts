import { join } from 'node:path'
import { removeApiFile, seedElsewhere, seedElsewhereProblem, writeApiFile } from './files/index.ts'
import { metering } from '@peerwatch/peer/parts'
import { watchDescriptors } from './descriptors.ts'
import { withProcessMetrics } from './metrics/process-metrics.ts'
import { hearAll, jsonLog } from './logging/index.ts'
import { version } from './version.ts'
import { eventHub, nodeView } from './view.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Clock } from '@peerwatch/model'
import type { SeedElsewhere } from './files/index.ts'
import type { NodeServices } from './host.ts'
import type { NodeView } from './http/node-view.ts'
import type { MetricPage } from './metrics/metric-page.ts'
import type { EventDetail, EventName, JsonLog, LogLevel } from './logging/index.ts'
import type { NodeInit } from './options.ts'
import type { Role } from './roles/index.ts'

/** The surroundings of the libp2p host: log, metrics and HTTP API, fed by its typed events. */
export interface Surroundings {
  readonly view: NodeView
  readonly tell: <K extends EventName>(event: K, detail: EventDetail<K>) => void
  readonly setLogLevel: (level: LogLevel) => void
  /** Opens the HTTP API; after the host has started. */
  readonly open: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface SurroundingsInit {
  readonly row: Role
  /** Where libp2p's own metrics are, if it keeps any. */
  readonly page: MetricPage
  /** For nodes inside this one: their logs are reopened too. */
  readonly reloadInside?: () => Promise<void>
}

export function surroundings(init: NodeInit, libp2p: Libp2p<NodeServices>, around: SurroundingsInit): Surroundings {
  const { row, page } = around
  const { role, name = role, dataDir, announce = [] } = init
  const { peerwatch } = libp2p.services
  const { clock } = peerwatch.assembly.core
  const alarm = (code: string, message: string): void => {
    peerwatch.assembly.core.emit('alarm', { code, message })
  }
  const log = logOf(init, clock, error => {
    alarm('log-lost', `the log cannot be written (${error instanceof Error ? error.message : 'too much waits'}): its lines are lost until that is mended`)
  })
  const hub = eventHub()
  const tell: Surroundings['tell'] = (event, detail) => {
    log?.write(event, detail)
    hub.hear(event, detail)
  }
  const elsewhere = (): SeedElsewhere | undefined => {
    const { network, self } = peerwatch.assembly.core
    return seedElsewhere(network, { id: self, listen: libp2p.getMultiaddrs().map(String), announce })
  }
  const view = nodeView(
    {
      libp2p,
      role,
      row,
      name,
      version,
      elsewhere,
      reload: reloading(init, tell, async () => {
        log?.reopen()
        await around.reloadInside?.()
      })
    },
    hub
  )
  const closers: (() => void | Promise<void>)[] = [
    hearAll(peerwatch, (event, detail) => {
      tell(event, detail as never)
    })
  ]
  const startedMs = clock.monotonicMs()
  return {
    view,
    tell,
    setLogLevel: level => {
      log?.setLevel(level)
    },
    open: async () => {
      const { core } = peerwatch.assembly
      tell('node:started', {
        peer: core.self,
        network: core.network.name,
        rosterVersion: core.roster.current().version,
        addresses: view.status().addresses as string[],
        version,
        pid: process.pid
      })
      const found = elsewhere()
      if (found != null) alarm('seed-elsewhere', Object.values(seedElsewhereProblem(found)).join('; '))
      if (init.http === false) return
      closers.push(
        watchDescriptors(clock, message => {
          alarm('descriptors-spent', message)
        })
      )
      // hosts without an API do not load its server
      const { httpServer } = await import('./http/http-server.ts')
      const meters = metering({ node: peerwatch.assembly, sink: page.sink, hear: listener => hearAll(peerwatch, listener) })
      await meters.beforeStart()
      closers.push(meters.stop)
      const server = await httpServer({
        view,
        metrics: init.libp2pMetrics === true ? withProcessMetrics(page) : page.text,
        ...init.http,
        onError: error => {
          core.log.error('the HTTP API failed: %e', error)
        }
      })
      closers.push(server.close)
      if (dataDir == null) return
      await writeApiFile(dataDir, { address: server.address, token: server.token, pid: process.pid })
      closers.push(async () => removeApiFile(dataDir))
    },
    close: async () => {
      tell('node:stopped', { uptimeMs: Math.round(clock.monotonicMs() - startedMs) })
      for (const closer of closers.splice(0).toReversed()) await closer()
      await log?.close()
    }
  }
}

/** Tells what came of it, also where nobody waits for the answer, as after a signal. */
function reloading({ reload }: NodeInit, tell: Surroundings['tell'], reopenLogs: () => Promise<void>): NodeView['reload'] {
  return async () => {
    try {
      await reopenLogs()
      const found = await reload?.()
      if (found != null) tell('node:reloaded', { changed: found.changed.map(({ name }) => name), restart: found.restart.map(({ name }) => name) })
      return found
    } catch (error) {
      const { code = 'internal', message } = error as Error & { code?: string }
      tell('node:reload-refused', { code, message })
      throw error
    }
  }
}

function logOf({ log, dataDir, role, name = role, chat }: NodeInit, clock: Clock, onLost: (error: unknown) => void): JsonLog | undefined {
  if (log === false || (log == null && dataDir == null)) return undefined
  const path = log?.path ?? join(dataDir!, 'log.jsonl')
  const firstSights = chat === false ? false : (chat?.firstSights ?? true)
  return jsonLog({
    clock,
    to: { path },
    node: name,
    role,
    firstSights,
    onLost,
    ...(log?.level != null && { level: log.level }),
    ...(log?.format != null && { format: log.format })
  })
}
