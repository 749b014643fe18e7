/** One small change that breaks what an invariant says, and that one of its tests therefore has to notice. */
export interface Mutation {
  /** The invariant of docs/invariants.md whose tests are run. */
  readonly id: string
  readonly file: string
  /** Stands exactly once in the file. */
  readonly text: string
  readonly becomes: string
}

/** Several changes behind one invariant in one file, each as [text, what it becomes]. */
export function changes(id: string, file: string, ...pairs: readonly (readonly [text: string, becomes: string])[]): Mutation[] {
  return pairs.map(([text, becomes]) => ({ id, file, text, becomes }))
}

/** The file's text with the change in it; throws where the text is gone or stands there more than once. */
export function mutated(source: string, { id, file, text, becomes }: Mutation): string {
  const count = source.split(text).length - 1
  if (count !== 1) throw new Error(`${id}: ${file} has ${count} times, not once: ${text}`)
  return source.replace(text, () => becomes)
}
