/** By what `top` sorts. The command's help needs the names alone, not what shows the links. */
export const SORTS = ['rate', 'bytes', 'latency', 'score', 'age'] as const
export type Sort = (typeof SORTS)[number]
