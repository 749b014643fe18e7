import { BoundedMap } from '@peerwatch/model'
import { toPeerId } from '@peerwatch/link'
import { DEATH_TESTS_COUNT } from '@peerwatch/peer/parts'
import type { CallOff, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Registrant } from './registrants.ts'
import { sharedTests } from './shared-tests.ts'
import type { Probe } from './probe.ts'

export interface DeathTest {
  readonly peer: PeerIdString
  readonly recordSeq: number
  /** How many tests have failed so far. */
  readonly failed: number
  readonly startedWindow: WindowNumber
}

/** What a test needs to know of the peer. For a guest, `seq` is the instant of its expiry. */
export type Testable = Pick<Registrant, 'addresses' | 'seq' | 'reach' | 'registeredAtMs'>

export interface DeathTests {
  /** Starts to test a registered peer on behalf of a group, at most once per peer and window. Returns false if it starts no test. */
  readonly consider: (peer: PeerIdString, group: string) => boolean
  readonly underWay: () => DeathTest[]
  readonly stop: () => void
}

export interface DeathTestsInit {
  readonly probe: Probe
  readonly most: number
  readonly registrant: (peer: PeerIdString) => Testable | undefined
  /** Called when all tests have failed and the seed has heard nothing of the peer since the first one. */
  readonly onDead: (peer: PeerIdString, recordSeq: number, tests: number) => void
  /** Called when a group has used up its share of the tests, or when as many as possible are under way. */
  readonly onLimited: () => void
}

interface Running {
  failed: number
  callOff: CallOff | undefined
  readonly group: string
  readonly recordSeq: number
  readonly startedWindow: WindowNumber
  readonly startedAtMs: number
}

/**
 * Tests peers that were reported dead. It runs one test per window, so that all tests of a peer span three windows.
 *
 * The tests are void as soon as the peer answers, registers or renews. So neither liars nor one bad moment can make a living peer leave.
 */
export function deathTests(core: Core, init: DeathTestsInit): DeathTests {
  const running = new Map<PeerIdString, Running>()
  const considered = new BoundedMap<PeerIdString, WindowNumber>(20_000)
  const shared = sharedTests(
    init.most,
    () => core.windows.now().window,
    () => [...running.values()].map(({ group }) => group)
  )
  const { pingTimeoutMs } = core.roster.current().preset

  const end = (peer: PeerIdString): void => {
    running.get(peer)?.callOff?.()
    running.delete(peer)
  }
  const isHeard = (registrant: Testable, test: Running): boolean => registrant.seq !== test.recordSeq || (registrant.registeredAtMs ?? 0) > test.startedAtMs
  const perform = async (peer: PeerIdString, test: Running): Promise<void> => {
    const startedMs = core.clock.monotonicMs()
    const registrant = init.registrant(peer)
    if (registrant == null) {
      end(peer)
      return
    }
    const answered = isHeard(registrant, test) || (await init.probe.answers(peer, registrant.addresses, pingTimeoutMs))
    const after = init.registrant(peer)
    if (running.get(peer) !== test || after == null) {
      if (running.get(peer) === test) end(peer)
      return
    }
    if (answered || isHeard(after, test)) {
      end(peer)
      core.emit('dead:tested', { peer: toPeerId(peer), tests: test.failed + 1, answered: true })
      return
    }
    test.failed++
    core.emit('dead:tested', { peer: toPeerId(peer), tests: test.failed, answered: false })
    if (test.failed >= DEATH_TESTS_COUNT) {
      end(peer)
      init.onDead(peer, test.recordSeq, test.failed)
      return
    }
    later(peer, test, core.windows.windowMs - (core.clock.monotonicMs() - startedMs))
  }
  const later = (peer: PeerIdString, test: Running, afterMs: number): void => {
    test.callOff = core.clock.after(Math.max(0, afterMs), () => {
      perform(peer, test).catch((error: unknown) => {
        core.log.error('a test of %s failed: %e', peer, error)
        end(peer)
      })
    })
  }
  return {
    consider: (peer, group) => {
      const { window } = core.windows.now()
      const registrant = init.registrant(peer)
      // who could never be dialled would fail every test: it leaves by expiry only
      if (registrant == null || registrant.reach === 'unreachable') return false
      if (running.has(peer) || considered.get(peer) === window) return false
      if (running.size >= init.most || !shared.mayStart(group)) {
        init.onLimited()
        return false
      }
      if (!core.budgets.take('death-tests')) return false
      shared.started(group)
      considered.set(peer, window)
      const startedAtMs = core.clock.monotonicMs()
      const test: Running = { failed: 0, callOff: undefined, group, recordSeq: registrant.seq, startedWindow: window, startedAtMs }
      running.set(peer, test)
      later(peer, test, 0)
      return true
    },
    underWay: () => [...running].map(([peer, { failed, recordSeq, startedWindow }]) => ({ peer, failed, recordSeq, startedWindow })),
    stop: () => {
      for (const peer of running.keys()) end(peer)
    }
  }
}
