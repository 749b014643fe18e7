import { Refusal, ServicesError } from '@peerwatch/link'
import { mergeTokens, partition } from '@peerwatch/trust-tree'
import { balancing } from '../../src/tree/balancing.ts'
import { cutting } from '../../src/tree/cutting.ts'
import { loadMeter } from '../../src/tree/load-meter.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Partition, Token, Tokens } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { Cutting } from '../../src/tree/cutting.ts'
import type { LoadMeter } from '../../src/tree/load-meter.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'

/** What is between the nodes. */
export interface Between {
  readonly clock: ManualClock
  readonly rng: Rng
  readonly windowMs: number
  readonly names: readonly PeerIdString[]
  readonly nodes: ReadonlyMap<PeerIdString, BalancingNode>
  /** How long a message takes at most. */
  readonly latencyMs: number
  /** Of the answers. */
  readonly lost: number
  /** Called with each cut that is granted. */
  readonly granted: (to: BalancingNode) => void
  /** The node signs its token. */
  readonly place: (by: BalancingNode, start: Place, moved: Token['moved']) => Promise<void>
}

/** One trusted node: its part in the balance is that of the product. */
export interface BalancingNode {
  readonly name: PeerIdString
  readonly load: LoadMeter
  readonly tokens: () => Tokens
  readonly view: () => Partition
  readonly splitAt: Cutting
  readonly take: (tokens: Iterable<Token>) => void
  readonly greet: (to: PeerIdString) => Promise<void>
  readonly tick: () => void
  readonly isDead: () => boolean
  readonly begin: () => Promise<void>
  readonly die: () => Promise<void>
}

const LEAST_MS = 10
const TIMEOUT_MS = 3_000

const { keys } = await bookOfReports({ reporters: 1, subjects: 1, windows: 1, trusted: 1 })
const core = await bareCore(keys)

export function balancingNode(name: PeerIdString, first: Tokens, between: Between): BalancingNode {
  const { clock, names, windowMs } = between
  const [changes, ups, downs, windows] = [listeners(), listeners(), listeners(), listeners()]
  const told = new Map(names.map(other => [other, { load: undefined as number | undefined, isUp: true }]))
  let held = first
  let view = partition(names, held)
  let part: Part | undefined
  const here: Core = {
    ...core,
    self: name,
    clock,
    roster: { ...core.roster, isTrusted: () => true },
    health: { ...core.health, stretched: ms => ms, lostMs: () => 0 },
    windows: { ...core.windows, windowMs, onWindow: listener => windows.add(() => listener(1)) }
  }
  const load = loadMeter(here)
  const tokens = {
    partition: () => view,
    token: (peer: PeerIdString) => held.get(peer),
    onChange: changes.add,
    place: async (start: Place, moved?: Token['moved']) => between.place(node, start, moved)
  } as unknown as TokenBook
  const splitAt = cutting(here, { tokens, load })
  const ask = async <T>(to: PeerIdString, answer: (other: BalancingNode) => T): Promise<T> => {
    const of = told.get(to)!
    const by = part
    const isUp = (next: boolean): void => {
      if (of.isUp === next || by !== part) return
      of.isUp = next
      for (const tell of next ? ups.all : downs.all) tell(to as never)
    }
    try {
      const answered = await exchanged(between, node, to, answer)
      of.load = answered.load
      isUp(true)
      return answered.answer
    } catch (error) {
      isUp(false)
      throw error
    }
  }
  const linkTo = (peer: PeerIdString) => ({
    isUp: () => told.get(peer)!.isUp,
    load: () => told.get(peer)!.load,
    greet: async () => node.greet(peer),
    call: async (_name: 'split', share: number) => {
      const cut = await ask(peer, other => {
        const given = isSame(other.tokens(), held) ? other.splitAt(share, name) : new Refusal('notReady', 'another view')
        if (!(given instanceof Refusal)) between.granted(node)
        return given
      })
      if (cut instanceof Refusal) throw new ServicesError('refused', cut.reason)
      return cut
    }
  })
  const node: BalancingNode = {
    name,
    load,
    splitAt,
    tokens: () => held,
    view: () => view,
    take: taken => {
      const merged = mergeTokens(held, taken).tokens
      if (merged === held) return
      held = merged
      view = partition(names, held)
      for (const tell of changes.all) tell()
    },
    greet: async to => ask(to, () => {}).catch(() => {}),
    tick: () => {
      for (const tell of windows.all) tell()
    },
    isDead: () => part == null,
    begin: async () => {
      const links = { link: (peer: PeerIdString) => (peer === name ? undefined : (linkTo(peer) as unknown as TrustedLink)), onUp: ups.add, onDown: downs.add }
      part = balancing(here, { tokens, links, load, splitAt, isCaughtUp: () => true })
      await part.start?.()
    },
    die: async () => {
      const ending = part
      part = undefined
      for (const each of [changes, ups, downs, windows]) each.all.clear()
      await ending?.stop?.()
    }
  }
  return node
}

/** One call. What either knows of tokens both know afterwards. */
async function exchanged<T>(
  { clock, rng, nodes, latencyMs, lost }: Between,
  from: BalancingNode,
  to: PeerIdString,
  answer: (other: BalancingNode) => T
): Promise<{ readonly answer: T; readonly load: number }> {
  const other = nodes.get(to)!
  const pass = async (ms: number): Promise<void> =>
    new Promise(resolve => {
      clock.after(ms, resolve)
    })
  const oneWayMs = (): number => LEAST_MS + (rng() * latencyMs) / 2
  const isLost = rng() < lost
  await pass(oneWayMs())
  if (other.isDead()) {
    await pass(TIMEOUT_MS)
    throw new ServicesError('timeout', 'no answer')
  }
  other.take(from.tokens().values())
  const answered = { answer: answer(other), load: other.load.perSecond() }
  await pass(isLost ? TIMEOUT_MS : oneWayMs())
  if (isLost || from.isDead()) throw new ServicesError('timeout', 'no answer')
  from.take(other.tokens().values())
  return answered
}

function listeners() {
  const all = new Set<(...told: never[]) => void>()
  return {
    all,
    add: (listener: (...told: never[]) => void) => {
      all.add(listener)
      return () => {
        all.delete(listener)
      }
    }
  }
}

function isSame(one: Tokens, other: Tokens): boolean {
  return [...one.values()].every(({ node, version }) => other.get(node)?.version === version)
}
