import { PRESETS } from '@peerwatch/model'
import { atMost, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { linked, liveReporters, liveTier, somePeers } from './live-tier.ts'
import { startWorker } from './workers.ts'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'

const PRESET = 'demo'
const TRUSTED = 5
const SUBJECTS = 60
/** As trusted-links.ts has it: what one call waits at most, on a node that is not late itself. */
const CALL_MS = Math.max(3_000, 2 * PRESETS[PRESET].pingTimeoutMs)
const TRIES_MOST = 50
const RETRY_MS = 100

/** What the next write does whose owner has just died: killed, and stopped with its sockets open. */
export async function deaths(context: BenchContext): Promise<Figure[]> {
  const { quick, say } = context
  const rounds = quick ? 1 : 5
  const tier = await liveTier(context, { trusted: TRUSTED, preset: PRESET })
  const [writer, ...others] = tier.trusted
  const subjects = await somePeers(SUBJECTS)
  const load = await liveReporters(tier, { count: 1, subjects, degree: 30, windows: 2 * rounds + 1 })
  const encoded = (await load.call('signedReports')).flatMap(signed => signed.encoded)
  await load.stop()
  const owners = await writer!.worker.call('ownerOf', { subjects: subjects.slice(0, 30) })
  let round = 0
  /** A report that was not written before, about a subject of this owner. */
  const reportFor = (owner: string): Uint8Array => encoded[round * 30 + owners.indexOf(owner as never)]!
  const written = async (report: Uint8Array): Promise<{ tries: number; ms: number }> => {
    const startedMs = performance.now()
    for (let tries = 1; tries <= TRIES_MOST; tries++) {
      const [outcome] = await writer!.worker.call('keepReports', { reports: [report] })
      if (outcome === 'stored' || outcome === 'known') return { tries, ms: performance.now() - startedMs }
      await sleep(RETRY_MS)
    }
    return { tries: Infinity, ms: Infinity }
  }
  const tries: number[] = []
  const killedMs: number[] = []
  const stoppedMs: number[] = []
  const spares = others.map((each, index) => ({ ...each, spec: tier.network.trusted[index + 1]! })).filter(({ id }) => owners.includes(id))
  for (; round < 2 * rounds; round++) {
    const at = Math.floor(round / 2) % spares.length
    const victim = spares[at]!
    if (round % 2 === 0) {
      process.kill(victim.worker.pid, 'SIGSTOP')
      const { ms } = await written(reportFor(victim.id))
      process.kill(victim.worker.pid, 'SIGCONT')
      stoppedMs.push(ms)
    } else {
      await victim.worker.stop()
      const { tries: count, ms } = await written(reportFor(victim.id))
      tries.push(count)
      killedMs.push(ms)
      const worker = startWorker()
      await worker.call('startNodes', { file: tier.network.file, specs: [victim.spec] })
      spares[at] = { ...victim, worker }
    }
    await linked({ trusted: [writer!, ...spares] })
    say(
      `round ${round + 1}: ${round % 2 === 0 ? `stopped, ${stoppedMs.at(-1)!.toFixed(0)} ms` : `killed, try ${tries.at(-1)}, ${killedMs.at(-1)!.toFixed(0)} ms`}`
    )
  }
  return [
    atMost('tree: owner killed, the write that is acknowledged', 'tries', 1, tries),
    atMost(
      'tree: owner stopped, of a call and a ping',
      '×',
      1,
      stoppedMs.map(ms => ms / (CALL_MS + PRESETS[PRESET].pingTimeoutMs))
    ),
    shown('tree: the write after the owner was killed', 'ms', killedMs)
  ]
}
