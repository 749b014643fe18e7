import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { MetricPage } from './metric-page.ts'

/**
 * Shows the metrics of the process behind those of a page: `process_…` and `nodejs_…`.
 *
 * What reads them is loaded with the first page: it wakes the process a hundred times a second, to see how late it is.
 */
export function withProcessMetrics({ metric, text }: MetricPage): MetricPage['text'] {
  metric('nodejs_memory_usage_bytes', { type: 'gauge', help: 'Memory of the process by kind', label: 'memory' }, ({ set }) => {
    for (const [kind, bytes] of Object.entries(process.memoryUsage())) set(bytes, kind)
  })
  metric('nodejs_memory_total_bytes', { type: 'gauge', help: 'Memory of the machine' }).set(totalmem())
  metric(
    'nodejs_fs_usage_bytes',
    { type: 'gauge', help: 'Size of the file system of the working directory; `used` in per cent', label: 'filesystem' },
    readDisk
  )
  let loading: Promise<() => Promise<string>> | undefined
  return async () => {
    const ofProcess = await (loading ??= loadDefaults())
    return `${await text()}\n${await ofProcess()}`
  }
}

async function readDisk({ set }: { set: (now: number, value: string) => void }): Promise<void> {
  const { bsize, blocks, bfree, bavail } = await statfs(process.cwd())
  set(bsize * blocks, 'total')
  set(bsize * bfree, 'free')
  set(bsize * bavail, 'available')
  set((bavail / blocks) * 100, 'used')
}

async function loadDefaults(): Promise<() => Promise<string>> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const register = new Registry()
  collectDefaultMetrics({ register })
  return async () => register.metrics()
}
