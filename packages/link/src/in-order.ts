/**
 * One task after the other, in the order of the calls: what a task reads, no other task changes meanwhile.
 *
 * @returns runs a task once those before it have settled, and settles as it does; a task that fails holds up nobody
 */
export function inOrder(): <R>(task: () => R | Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return async task => {
    const turn = last.then(task)
    last = turn.catch(() => {})
    return turn
  }
}
