import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 of the threads that are started from now on do less for later, of which a demo has little: it is over in some twenty seconds.
 *
 * Each of its threads compiles the same code, and most of what V8 compiled for speed was not called often enough any more to be worth it. New objects
 * get their full space at once, so that few of them are carried from one half of it to the other while hosts start; and a thread does that alone:
 * helpers wait for each other where there are more threads than cores.
 */
export function spareCpu(): void {
  setFlagsFromString('--invocation-count-for-maglev=1500')
  setFlagsFromString('--invocation-count-for-turbofan=20000')
  setFlagsFromString('--min-semi-space-size=16')
  setFlagsFromString('--no-parallel-scavenge')
}
