/** What this process has used so far; memory after a collection, so that garbage of the set-up does not count. */
export const usage = {
  usage: (): { cpuMs: number; rssBytes: number } => {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() }
  }
}
