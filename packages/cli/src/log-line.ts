export type LogLine = Readonly<Record<string, unknown>>

/** Lines of ours nest three deep. What walks through a line calls itself for each level. */
const DEPTH_MOST = 16

function isShallow(value: unknown, depth = DEPTH_MOST): boolean {
  if (typeof value !== 'object' || value == null) return true
  return depth > 0 && Object.values(value).every(inner => isShallow(inner, depth - 1))
}

/** The object of a line; undefined for what no node of ours wrote: a pretty log, for instance, or what somebody else put there. */
export function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value != null && isShallow(value) ? (value as LogLine) : undefined
  } catch {
    return undefined
  }
}
