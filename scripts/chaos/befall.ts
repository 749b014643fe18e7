import { setTimeout as pause } from 'node:timers/promises'
import { FIRST_NETWORK } from './network.ts'
import { lackingOf, settled } from './whole.ts'
import type { ChaosNetwork } from './network.ts'
import type { Fault, FaultKind } from './schedule.ts'
import type { Member, StartOptions } from './member.ts'

type Befall = (net: ChaosNetwork, fault: Fault) => Promise<void>

const nodesOf = (net: ChaosNetwork, { nodes }: Fault): Member[] => nodes.map(net.named)

function startOptions({ isOldFile }: Fault): StartOptions {
  return isOldFile === true ? { networkIn: FIRST_NETWORK } : {}
}

/** Down, and up again after a while. */
function away(go: (node: Member) => Promise<void>): Befall {
  return async (net, fault) => {
    const nodes = nodesOf(net, fault)
    await Promise.all(nodes.map(go))
    await pause(fault.forMs)
    await Promise.all(nodes.map(async node => node.start(startOptions(fault))))
  }
}

async function meanwhile(net: ChaosNetwork, fault: Fault): Promise<void> {
  if (fault.meanwhile != null) await befall(net, fault.meanwhile)
}

/** Gives the newest roster to a trusted node that stays, as soon as it takes it. */
async function publish(net: ChaosNetwork, { nodes }: Fault): Promise<void> {
  await settled('publishing', async () => {
    const at = net.trusted().find(({ name, isRunning }) => !nodes.includes(name) && isRunning())
    if (at == null) return ['nobody to publish at']
    const { code, stderr } = await net.run('roster', 'publish', 'net', '--data', at.data)
    if (code === 0) return []
    if (/too-early|does not answer/.test(stderr)) return [stderr, ...(await lackingOf(net))]
    throw new Error(`roster publish: ${stderr}`)
  })
}

/** Until a node that leaves says itself that it may be stopped. */
async function dismissed(node: Member): Promise<void> {
  await settled(`${node.name} leaves`, async () => {
    const { reason = 'no answer' } = (await node.ask<{ reason?: string }>('/readyz')) ?? {}
    return reason.endsWith(': stop it') ? [] : [reason]
  })
}

const BEFALLS: Readonly<Record<FaultKind, Befall>> = {
  kill: away(async node => node.kill()),
  'kill-all': away(async node => node.kill()),
  'kill-seed': away(async node => node.kill()),
  stop: away(async node => node.stop()),
  'disk-lost': away(async node => {
    await node.kill()
    await node.loseDisk()
  }),
  pause: async (net, fault) => {
    for (const node of nodesOf(net, fault)) node.signal('SIGSTOP')
    await pause(fault.forMs)
    for (const node of nodesOf(net, fault)) node.signal('SIGCONT')
  },
  clock: async (net, fault) => {
    const [node] = nodesOf(net, fault)
    await node!.kill()
    await node!.start({ aheadMs: Number(fault.how) })
    await pause(fault.forMs)
    await node!.kill()
    await node!.start()
  },
  partition: async (net, { nodes, how, forMs }) => {
    const all = net.trusted()
    const inside = all.filter(({ name }) => nodes.includes(name))
    const outside = all.filter(({ name }) => !nodes.includes(name))
    for (const [some, others] of [
      [inside, outside],
      [outside, inside]
    ] as const) {
      for (const { proxy } of some) proxy.cut(new Set(others.map(({ dialsFrom }) => dialsFrom)), how === 'reset' ? 'reset' : 'silent')
    }
    await pause(forMs)
    for (const { proxy } of all) proxy.heal()
  },
  'disk-full': async (net, { nodes: [name = ''], forMs }) => {
    await net.fill(name)
    await pause(forMs)
    await net.free(name)
  },
  join: async (net, fault) => {
    const [name = ''] = fault.nodes
    const port = await net.nextPort()
    await net.roster('add', '--trusted-host', '127.0.0.1', '--trusted-port', `${port}`)
    const added = await net.add(name, port)
    await publish(net, fault)
    await added.start()
    await meanwhile(net, fault)
  },
  leave: async (net, fault) => {
    const [node] = nodesOf(net, fault)
    await net.roster('remove', node!.name)
    await publish(net, fault)
    await meanwhile(net, fault)
    await dismissed(node!)
    await node!.stop()
    await net.forget(node!.name)
  },
  gone: async (net, fault) => {
    const [node] = nodesOf(net, fault)
    await node!.kill()
    await node!.loseDisk()
    await net.roster('remove', node!.name)
    await publish(net, fault)
    await net.forget(node!.name)
    await meanwhile(net, fault)
  },
  terms: async (net, fault) => {
    await net.roster('set', '--retention-ms', `${fault.how}`)
    await publish(net, { ...fault, nodes: [] })
  }
}

/** Resolves once it is over, not once all is whole again. */
export async function befall(net: ChaosNetwork, fault: Fault): Promise<void> {
  await BEFALLS[fault.kind](net, fault)
}
