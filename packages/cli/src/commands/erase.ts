import { systemClock } from '@peerwatch/model/system-clock'
import { delay } from '@peerwatch/model/timing'
import { addDataFlag } from '../data-flag.ts'
import { peerId } from '../parse-option.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { ErasureView, PublishedErasureView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'

interface EraseFlags {
  readonly data?: string
  readonly json?: true
  readonly authority?: string
  readonly signOnly?: true
  readonly signed?: string
  readonly status?: true
}

const HELP = `
Everything that trusted nodes hold about the peer, and that it wrote about others, goes up to now, on every copy. The authority signs it
with the key in DIRECTORY/authority; any trusted node takes it and tells the others, one that is away learns of it before it answers again.
While the peer is examined or evicted the erasure waits, and then happens by itself. --status shows the receipt again.

Where the key is on another machine, sign there and bring the text that it prints to a machine with a trusted node.

Examples:
  $ peerwatch erase 12D3Koo… --authority my-network --data peerwatch-data/trusted-1
  $ peerwatch erase 12D3Koo… --status --data peerwatch-data/trusted-1
  $ peerwatch erase 12D3Koo… --authority my-network --sign-only
  $ peerwatch erase 12D3Koo… --signed CkYKJ… --data peerwatch-data/trusted-1`

/** So long the command waits for the other trusted nodes. */
const SETTLES_MS = 10_000
const ASKED_EVERY_MS = 250

/** Signs an erasure and gives it as base64. Warns if others may read the authority's key. */
async function sign(directory: string, peer: string): Promise<string> {
  const [{ signErasure }, { readPeerId }, { complain }] = await Promise.all([
    import('@peerwatch/node/init'),
    import('@peerwatch/link'),
    import('../terminal.ts')
  ])
  const { encoded, openKey } = await signErasure({ directory, peer: readPeerId(peer), nowMs: systemClock.nowMs() })
  if (openKey != null) {
    const mode = openKey.mode.toString(8)
    complain(
      `peerwatch: warning: open-key: ${openKey.path} can be read by others (mode ${mode}); expected a key that its owner alone reads: whoever has it signs rosters; chmod 600 ${openKey.path}`
    )
  }
  return Buffer.from(encoded).toString('base64')
}

async function publish(node: ApiClient, erasure: string, peer: string): Promise<ErasureView> {
  const [{ NodeError }, { isSettled }] = await Promise.all([import('@peerwatch/node/api-file'), import('./erase-text.ts')])
  const { taken, receipt } = await node<PublishedErasureView>('POST', `/v1/erasures/${peer}`, [], { erasure })
  if (receipt == null || taken === 'full' || taken === 'older') {
    throw new NodeError('bad-erasure', {
      found: taken === 'older' ? 'the node knows an erasure of this peer that goes further' : 'the node knows as many erasures as it may (1,000)',
      expected: 'one that says more',
      remedy: taken === 'older' ? 'see it with --status' : 'wait until retention has passed the oldest, or shorten it: `peerwatch roster set`'
    })
  }
  let shown = receipt
  const untilMs = systemClock.monotonicMs() + SETTLES_MS
  while (!isSettled(shown) && systemClock.monotonicMs() < untilMs) {
    await delay(systemClock, ASKED_EVERY_MS)
    shown = await node<ErasureView>('GET', `/v1/erasures/${peer}`)
  }
  return shown
}

/** Exactly one way. */
function check({ authority, signed, status, signOnly, data }: EraseFlags): void {
  const ways = [authority != null && '--authority', signed != null && '--signed', status === true && '--status'].filter(way => way !== false)
  if (ways.length !== 1)
    throw new UsageError(ways.length === 0 ? 'neither --authority nor --signed nor --status is given' : `${ways.join(' and ')} are given`, 'one of them')
  if (signOnly === true && authority == null) throw new UsageError('--sign-only without --authority', 'both')
  if (signOnly === true && data != null && process.env['PEERWATCH_DATA'] == null)
    throw new UsageError('--sign-only and --data are given', 'one of them: nothing is published')
  if (signed != null && !/^[A-Za-z0-9+/]{40,300}=*$/.test(signed)) throw new UsageError('--signed is no base64', 'the text that --sign-only printed')
}

async function erase(peer: string, flags: EraseFlags): Promise<void> {
  check(flags)
  const erasure = flags.authority == null ? flags.signed : await sign(flags.authority, peer)
  if (flags.signOnly === true) {
    console.log(erasure)
    return
  }
  const { apiClient } = await import('../api-client.ts')
  const node = await apiClient(flags.data)
  const receipt = erasure == null ? await node<ErasureView>('GET', `/v1/erasures/${peer}`) : await publish(node, erasure, peer)
  if (flags.json === true) {
    console.log(JSON.stringify(receipt))
    return
  }
  const [{ show }, { namesFrom }, { receiptText }] = await Promise.all([import('../terminal.ts'), import('../known-peers.ts'), import('./erase-text.ts')])
  show(look => receiptText(receipt, look), await namesFrom(node))
}

/** `erase`: with the authority's key, or what it has signed. */
export function addEraseCommand(program: Command): void {
  addDataFlag(program.command('erase').description('take what is stored about a peer, and what it wrote, from every trusted node'))
    .argument('<peer>', "its whole peer id: a beginning can be another peer's too", peerId)
    .option('--authority <directory>', 'the folder that `peerwatch init` made, with the key of the authority')
    .option('--sign-only', 'with --authority: print what is signed, and publish nothing')
    .option('--signed <text>', 'publish what --sign-only printed')
    .option('--status', 'show the receipt of an erasure')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(erase)
}
