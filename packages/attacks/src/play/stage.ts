import { roleNames, stopOrder } from '@peerwatch/node/roles'
import { startHostThreads } from './host-threads.ts'
import { unready } from './readiness.ts'
import { THREADS_COUNT, threadOf } from './roles.ts'
import type { TestnetPlan } from '@peerwatch/node/testnet'
import type { CastNode } from './result.ts'
import type { Accused, HostFacts, News, ThreadInit, TierFacts, Told } from './thread-messages.ts'

export interface StageInit extends ThreadInit {
  readonly onTold: (node: string, told: Told) => void
  readonly onClosed: (node: string, window: number, lateMs: number) => void
}

/** All hosts, in whichever thread, and the newest that they told of themselves. */
export interface Stage {
  /** In the order in which they are shown. */
  readonly nodes: () => readonly CastNode[]
  readonly nameOf: (id: string) => string
  /** How many are on the air. */
  readonly runningCount: () => number
  readonly facts: (name: string) => HostFacts | undefined
  readonly tier: () => readonly TierFacts[]
  readonly dataDirOf: (name: string) => string | undefined
  /** Players that are not yet registered and linked. */
  readonly unready: () => readonly string[]
  /** Rejects when a host or its thread fails, and never resolves. */
  readonly failure: Promise<never>
  /** Resolves when all hosts are on the air. Rejects if one cannot start. */
  readonly raise: () => Promise<void>
  readonly isRaised: () => boolean
  readonly startMisdeeds: () => void
  readonly accusers: (of: readonly Accused[]) => Promise<readonly (Accused & { readonly group: string })[]>
  readonly stop: () => Promise<void>
}

const SHOWN_IN_ORDER = roleNames()

export function openStage({ onTold, onClosed, ...init }: StageInit): Stage {
  const { roles } = init
  const created = new Map<string, { readonly node: CastNode; readonly dataDir: string | undefined }>()
  const names = new Map<string, string>()
  const running = new Set<string>()
  const facts = new Map<string, HostFacts>()
  const tier = new Map<string, TierFacts>()
  let isRaised = false
  let waiting: { readonly isOver: (news: News) => boolean; readonly resolve: () => void }[] = []

  const hear = (news: News): void => {
    if (news.type === 'created') {
      created.set(news.node.name, news)
      names.set(news.node.id, news.node.name)
    } else if (news.type === 'running') running.add(news.name)
    else if (news.type === 'told') onTold(news.node, news.told)
    else if (news.type === 'closed') onClosed(news.node, news.window, news.lateMs)
    else if (news.type === 'facts') {
      for (const host of news.hosts) facts.set(host.name, host)
      for (const each of news.tier) tier.set(each.name, each)
    }
    waiting = waiting.filter(({ isOver, resolve }) => {
      const over = isOver(news)
      if (over) resolve()
      return !over
    })
  }
  const threads = startHostThreads(init, hear)
  /** Resolves once such news has come. */
  const until = async (isOver: (news: News) => boolean): Promise<void> =>
    Promise.race([
      threads.failure,
      new Promise<void>(resolve => {
        waiting.push({ isOver, resolve })
      })
    ])
  const run = async (plan: TestnetPlan, role: string): Promise<void> => {
    const planned = plan.nodes.filter(node => node.role === role)
    const started = until(() => planned.every(({ name }) => running.has(name)))
    for (let thread = 0; thread < THREADS_COUNT; thread++) {
      const own = planned.filter(node => threadOf(node, roles) === thread).map(({ name }) => name)
      if (own.length > 0) threads.order(thread, { type: 'run', plan, names: own })
    }
    await started
  }
  const nodes = (): CastNode[] =>
    [...created.values()]
      .map(({ node }) => node)
      .toSorted((a, b) => SHOWN_IN_ORDER.indexOf(a.role) - SHOWN_IN_ORDER.indexOf(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }))

  return {
    nodes,
    nameOf: id => names.get(id) ?? `…${id.slice(-6)}`,
    runningCount: () => running.size + [...created.values()].filter(({ node }) => node.role === 'watcher').length,
    facts: name => facts.get(name),
    tier: () => [...tier.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
    dataDirOf: name => created.get(name)?.dataDir,
    unready: () => unready(roles, name => facts.get(name)),
    failure: threads.failure,
    raise: async () => {
      let plan: TestnetPlan | undefined
      threads.order(0, { type: 'plan' })
      await until(news => {
        if (news.type === 'planned') plan = news.plan
        return plan != null
      })
      if (plan == null) return
      await run(plan, 'seed')
      await Promise.all([run(plan, 'trusted'), run(plan, 'peer')])
      threads.orderAll({ type: 'cast', nodes: nodes() })
      isRaised = true
    },
    isRaised: () => isRaised,
    startMisdeeds: () => {
      threads.orderAll({ type: 'misbehave' })
    },
    accusers: async of => {
      const groups: (Accused & { group: string })[] = []
      let answers = 0
      threads.orderAll({ type: 'accusers', of })
      await until(news => {
        if (news.type !== 'accusers') return false
        groups.push(...news.groups)
        return ++answers === THREADS_COUNT
      })
      return groups
    },
    stop: async () => {
      try {
        for (const stopping of stopOrder()) {
          let answers = 0
          threads.orderAll({ type: 'stop', roles: stopping })
          await until(news => news.type === 'stopped' && ++answers === THREADS_COUNT)
        }
      } finally {
        await threads.end()
      }
    }
  }
}
