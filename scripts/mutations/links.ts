import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const TAKE_OVER = 'packages/link/src/take-over.ts'
const FRAMES = 'packages/link/src/frames.ts'
const WATCHER_LINK = 'packages/tier/src/watch/watcher-link.ts'

export const linkMutations: readonly Mutation[] = [
  ...changes('L1', TAKE_OVER, ['  if (isOver(stream)) {', '  if (isOver(stream) && isTold) {']),
  ...changes('L1', FRAMES, ['    queueMicrotask(() => {\n      onEnd(fault)\n    })\n', '    onEnd(fault)\n']),
  ...changes('L2', TAKE_OVER, ['  if (isOver(stream)) {', '  if (isOver(stream) && isTold) {']),
  ...changes('L2', WATCHER_LINK, ['      toldCount = 0\n      tell(send)\n', '      tell(send)\n']),
  ...changes('L2', TAKE_OVER, ["  } catch {\n    return 'over'\n", '  } catch (error) {\n    throw error\n']),
  ...changes('L3', TAKE_OVER, ["  if (stream.writeStatus === 'closed' || stream.writeStatus === 'closing') return 'over'\n", ''])
]
