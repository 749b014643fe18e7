/** What this process has used so far; memory after a collection, so that garbage of the set-up does not count. */
export const usage = {
  usage: (): { cpuMs: number; rssBytes: number } => {
    const cpuMs = cpuMsNow()
    globalThis.gc?.()
    return { cpuMs, rssBytes: process.memoryUsage.rss() }
  },
  /** Without a collection, which would be a part of what is used until the next look. */
  cpuMs: cpuMsNow
}

export function cpuMsNow(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
