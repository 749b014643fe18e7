/**
 * Runs one task after the other, in the order of the calls. So no task changes what another one reads.
 *
 * @returns a function that runs a task once those before it have settled, and settles as the task does. A task that fails holds up no other
 */
export function inOrder(): <R>(task: () => R | Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return async task => {
    const turn = last.then(task)
    last = turn.catch(() => {})
    return turn
  }
}
