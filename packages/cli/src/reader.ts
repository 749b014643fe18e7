const STREAMS = ['stdout', 'stderr'] as const

function end(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
}

function goOn(): void {}

/** For a command that only answers: `peerwatch status | head` closes its output, which is its end and no reason for a stack trace. */
export function endWithReader(): void {
  process.stdout.on('error', end)
  process.stderr.on('error', goOn)
}

/** For a node: whoever reads what it says may go, be it a pipe or a terminal, and the node goes on. What it says then is lost. */
export function outliveReader(): void {
  process.stdout.off('error', end)
  for (const name of STREAMS) process[name].on('error', goOn)
}
