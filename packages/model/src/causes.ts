/** An error and what caused it, the outermost first: its `cause`, and what an AggregateError holds. Empty for what is no Error. */
export function causesOf(error: unknown): Error[] {
  const found = new Set<Error>()
  const walk = (at: unknown): void => {
    if (!(at instanceof Error) || found.has(at)) return
    found.add(at)
    if (at instanceof AggregateError) at.errors.forEach(walk)
    walk(at.cause)
  }
  walk(error)
  return [...found]
}

/** The message of the innermost cause. */
export function innermostText(error: unknown): string {
  return causesOf(error).at(-1)?.message ?? String(error)
}

/** The codes of an error and its causes, such as ENOSPC: libraries wrap what the operating system said. */
export function codesOf(error: unknown): string[] {
  return causesOf(error).flatMap(each => ('code' in each && typeof each.code === 'string' ? [each.code] : []))
}
