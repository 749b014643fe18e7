import { BoundedMap } from '@peerwatch/model'
import { listenTo, peerIdText, toPeerId } from '@peerwatch/link'
import { chooseEntries } from './entries.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'

/** Of its acknowledged reports a node asks for so many again. */
const SHARE = 0.05
/** A report is asked for after so many windows and up to an epoch more: an entry cannot tell which, or when. */
const LEAST_WINDOWS = 3
const SAMPLES_MOST = 256
const PER_WINDOW_MOST = 4
/** Trusted nodes that are asked about one report, where they cannot tell or differ. */
const ASKED_MOST = 4
/** So many nodes have to miss a report before this node leaves its entry. */
const WITNESSES = 2
/** An entry that lost a report gets none for so long. */
const LEFT_WINDOWS = 360
const TOLD_MOST = 512

export interface AuditInit {
  /** Whether this trusted node says that nobody holds this report; undefined where it cannot tell. */
  readonly misses: (node: PeerIdString, subject: PeerIdString, window: WindowNumber) => Promise<boolean | undefined>
  /** False where too few others are left. */
  readonly leave: (entry: PeerIdString, untilWindow: WindowNumber) => boolean
  readonly share?: number
}

interface Sample {
  readonly subject: PeerIdString
  readonly window: WindowNumber
  readonly entry: PeerIdString
  readonly dueWindow: WindowNumber
}

/** Asks other trusted nodes for some of what an entry acknowledged. */
export function reportAudit(core: Core, { misses, leave, share = SHARE }: AuditInit): Part {
  const samples = new Set<Sample>()
  const told = new BoundedMap<string, WindowNumber>(TOLD_MOST)
  const now = (): WindowNumber => core.windows.now().window
  const ends: (() => void)[] = []
  let isAsking = false

  const act = ({ subject, window, entry }: Sample, missedBy: readonly PeerIdString[]): void => {
    const untilWindow = now() + LEFT_WINDOWS
    const isLost = missedBy.length === WITNESSES
    const isLeft = isLost && leave(entry, untilWindow)
    const key = `${missedBy.length} ${entry}`
    // once, for as long as the entry is left
    if ((told.get(key) ?? 0) > now()) return
    told.set(key, untilWindow)
    const what = isLeft ? `it is left until window ${untilWindow}` : isLost ? 'too few others are left to leave it' : 'one of the two is wrong'
    core.emit('alarm', {
      code: isLost ? 'report-lost' : 'report-unconfirmed',
      message: `${entry} acknowledged a report about ${subject} of window ${window} that nobody holds, say ${missedBy.join(' and ')}: ${what}`
    })
  }
  const isStopped = (): boolean => ends.length === 0
  /** One who has found it outweighs one who misses it. */
  const check = async (sample: Sample): Promise<void> => {
    const { subject, window, entry } = sample
    const { version, trusted } = core.roster.current()
    // the other entry first
    const others = chooseEntries(core.self, version, trusted, trusted.length).filter(node => node !== entry)
    const missedBy: PeerIdString[] = []
    let isFound = false
    for (const node of others.slice(0, ASKED_MOST)) {
      const isMissed = await misses(node, subject, window)
      if (isStopped()) return
      if (isMissed === true) missedBy.push(node)
      isFound = isMissed === false
      if (isFound || missedBy.length === WITNESSES) break
    }
    const outcome = isFound ? 'found' : missedBy.length === WITNESSES ? 'missing' : 'unclear'
    core.emit('report:checked', { subject: toPeerId(subject), window, entry: toPeerId(entry), outcome, missedBy: missedBy.map(toPeerId) })
    if (outcome === 'missing' || (missedBy.length === 1 && others.length === 1)) act(sample, missedBy)
  }
  const ask = async (): Promise<void> => {
    const due = [...samples].filter(({ dueWindow }) => dueWindow <= now())
    for (const sample of due.slice(0, PER_WINDOW_MOST)) {
      if (isStopped()) break
      samples.delete(sample)
      await check(sample)
    }
    isAsking = false
  }
  const onAcknowledged = ({ detail }: PeerwatchEvents['report:acknowledged']): void => {
    if (samples.size >= SAMPLES_MOST || core.rng() >= share) return
    const afterWindows = LEAST_WINDOWS + Math.floor(core.rng() * core.network.roster.preset.epochWindows)
    samples.add({ subject: peerIdText(detail.subject), window: detail.window, entry: peerIdText(detail.entry), dueWindow: now() + afterWindows })
  }
  const onWindow = (): void => {
    if (isAsking || samples.size === 0) return
    isAsking = true
    ends[0] = core.clock.after(core.windows.windowMs * core.rng(), () => void ask())
  }
  return {
    start: () => {
      ends.push(() => {}, core.windows.onWindow(onWindow), listenTo(core.events, { 'report:acknowledged': onAcknowledged }))
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
      isAsking = false
    }
  }
}
