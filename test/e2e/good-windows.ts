/** Time as the machine keeps it: what nodes logged, and the windows that all of them closed in time. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PRESETS } from '@peerwatch/model'
import type { LogLine, NodeProcess } from './processes.ts'

export const WINDOW_MS = PRESETS.demo.windowMs
const POLL_MS = 500
const CHUNK_BYTES = 1 << 20

/** Reads on where it stopped: the logs of 27 hosts are too long to be read again and again. */
interface Tail {
  readonly path: string
  readBytes: number
  rest: string
}

function readOn(tail: Tail): LogLine[] {
  const file = openSync(tail.path, 'r')
  const bytes = Buffer.alloc(CHUNK_BYTES)
  let text = tail.rest
  for (let read = readSync(file, bytes, 0, CHUNK_BYTES, tail.readBytes); read > 0; read = readSync(file, bytes, 0, CHUNK_BYTES, tail.readBytes)) {
    tail.readBytes += read
    text += bytes.toString('latin1', 0, read)
  }
  closeSync(file)
  const end = text.lastIndexOf('\n') + 1
  tail.rest = text.slice(end)
  return text
    .slice(0, end)
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as LogLine)
}

export interface Watch {
  /** What these nodes and the watchers inside them logged since the watch began, as far as it is read. */
  readonly lines: (of?: readonly NodeProcess[]) => LogLine[]
  /** Windows since `fromMs` that every host of these nodes closed within half a window of their end, by its own reckoning of windows. */
  readonly good: (of: readonly NodeProcess[], fromMs: number) => number[]
  /** Waits for so many good windows; what the machine is too late for does not count. */
  readonly pass: (windows: number, of: readonly NodeProcess[]) => Promise<void>
  /** Waits until `look` finds something; fails after `windows` good windows without. */
  readonly within: <T>(
    windows: number,
    of: readonly NodeProcess[],
    what: string,
    look: () => T | false | undefined | Promise<T | false | undefined>
  ) => Promise<T>
}

export function watchLogs(nodes: readonly NodeProcess[]): Watch {
  const beganMs = Date.now()
  const tails = new Map<NodeProcess, Tail[]>(nodes.map(node => [node, []]))
  const read = new Map<Tail, LogLine[]>()
  const readAll = (): void => {
    for (const [node, known] of tails) {
      const names = existsSync(node.data) ? readdirSync(node.data).filter(name => name.endsWith('.jsonl')) : []
      for (const name of names) {
        const path = join(node.data, name)
        if (!known.some(tail => tail.path === path)) known.push({ path, readBytes: 0, rest: '' })
      }
      for (const tail of known) {
        // chat and the like would fill the memory
        const kept = readOn(tail).filter(({ time, event }) => event !== 'chat:first-sight' && Date.parse(time) >= beganMs)
        read.set(tail, [...(read.get(tail) ?? []), ...kept])
      }
    }
  }
  const lines = (of: readonly NodeProcess[] = nodes): LogLine[] => {
    readAll()
    return of.flatMap(node => (tails.get(node) ?? []).flatMap(tail => read.get(tail) ?? []))
  }
  const good = (of: readonly NodeProcess[], fromMs: number): number[] => {
    readAll()
    const hosts = of.flatMap(node => tails.get(node) ?? [])
    const inTime = hosts.map(tail => closedInTime(read.get(tail) ?? [], fromMs))
    const [first, ...others] = inTime
    return first == null ? [] : [...first].filter(window => others.every(set => set.has(window)))
  }
  const within: Watch['within'] = async (windows, of, what, look) => {
    const fromMs = Date.now()
    for (;;) {
      const passed = good(of, fromMs).length
      const found = await look()
      if (found !== undefined && found !== false) return found
      if (passed > windows) throw new Error(`within ${windows} good windows not seen: ${what}`)
      await pause(POLL_MS)
    }
  }
  return {
    lines,
    good,
    within,
    pass: async (windows, of) => {
      const fromMs = Date.now()
      await within(Infinity, of, 'windows', () => good(of, fromMs).length >= windows)
    }
  }
}

/** A host that heard late where the network's windows begin is not late itself: one window has to follow on the other. */
function closedInTime(lines: readonly LogLine[], fromMs: number): Set<number> {
  const closed = new Map(lines.filter(({ event }) => event === 'window:closed').map(({ window, time }) => [Number(window), Date.parse(time)]))
  const isInTime = ([window, atMs]: readonly [number, number]): boolean => {
    const beforeMs = closed.get(window - 1)
    return beforeMs != null && beforeMs >= fromMs && Math.abs(atMs - beforeMs - WINDOW_MS) <= WINDOW_MS / 2
  }
  return new Set([...closed].filter(isInTime).map(([window]) => window))
}
