import { addDataFlag } from '../data-flag.ts'
import { wholeNumber } from '../parse-option.ts'
import { quoted, UsageError } from '../usage-error.ts'
import { paintFor } from '../paint.ts'
import type { Command } from 'commander'
import type { AddedGuestView, GuestView, RemovedGuestView } from '@peerwatch/node/node-view'

interface GuestFlags {
  readonly data?: string
  readonly json?: true
}

const HELP = `
A guest is a libp2p peer that speaks no Peerwatch: listed by the seeds, watched by its neighbours, evicted like any other.
The seed is found by its data folder: --data, that of the file PEERWATCH_CONFIG names, or the only one below ./peerwatch-data
that has a running node.

Examples:
  $ peerwatch guest add /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo… --data peerwatch-data/seed-1
  $ peerwatch guest remove 12D3Koo… --data peerwatch-data/seed-1
  $ peerwatch guest list --data peerwatch-data/seed-1`

const DAY_MS = 24 * 60 * 60 * 1000
const DEFAULT_DAYS = 30
const MOST_DAYS = 366
/** Base58, or a CID. */
const GUEST_ID = /^[0-9A-Za-z]{40,100}$/
const GUEST_ADDRESS = /^\/.{1,400}\/p2p\/([0-9A-Za-z]{40,100})$/

function guestAddress(text: string): string {
  if (GUEST_ADDRESS.test(text)) return text
  throw new UsageError(`the address is ${quoted(text)}`, 'a multiaddr that ends in the peer id, such as /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo…')
}

/** Of its id, or of the address by which it was admitted. */
function guestId(text: string): string {
  const id = GUEST_ADDRESS.exec(text)?.[1] ?? text
  if (GUEST_ID.test(id)) return id
  throw new UsageError(`the guest is ${quoted(text)}`, 'its peer id such as 12D3Koo…, or its address', '`peerwatch guest list` lists them')
}

function addedText({ peer, expiresAtMs }: GuestView): string {
  return `${peer} is a guest until ${new Date(expiresAtMs).toISOString()}`
}

function warnOfSilence({ addresses, reachable }: AddedGuestView): void {
  if (reachable) return
  console.error(
    `peerwatch: warning: unreachable-guest: ${addresses.join(', ')} answers no ping of this seed; expected a guest that others can dial; see whether it runs, and the address: until then nobody links to it, and who reports it has it removed`
  )
}

async function guestsText(guests: readonly GuestView[]): Promise<string> {
  if (guests.length === 0) return 'no guests'
  const { table } = await import('../table.ts')
  const rows = guests.map(({ peer, addresses, expiresAtMs }) => [peer, new Date(expiresAtMs).toISOString(), addresses.join(' ')])
  return table({ head: ['peer', 'until', 'addresses'], rows }, paintFor(process.stdout))
}

/** `guest add`, `guest remove` and `guest list`, asked of a running seed. */
export function addGuestCommands(program: Command): void {
  const guests = program.command('guest').description('peers that speak no Peerwatch, for which a seed vouches').addHelpText('after', HELP)
  const subcommand = (name: string, description: string): Command =>
    addDataFlag(guests.command(name).description(description)).option('--json', 'print JSON').addHelpText('after', HELP)
  subcommand('add', 'admit a guest: every seed lists it')
    .argument('<address>', 'its multiaddr, with /p2p/ID', guestAddress)
    .option('--days <count>', `for how long (default: ${DEFAULT_DAYS})`, wholeNumber('--days', 1, MOST_DAYS), DEFAULT_DAYS)
    .action(async (address: string, { data, json, days }: GuestFlags & { readonly days: number }) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const query = new URLSearchParams({ address, forMs: String(days * DAY_MS) })
      const view = await ask<AddedGuestView>('POST', `/v1/guests?${query.toString()}`)
      console.log(json === true ? JSON.stringify(view) : addedText(view))
      warnOfSilence(view)
    })
  subcommand('remove', 'take a guest back: no seed lists it any more')
    .argument('<guest>', 'its peer id, or its address with /p2p/ID', guestId)
    .action(async (guest: string, { data, json }: GuestFlags) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const view = await ask<RemovedGuestView>('DELETE', `/v1/guests/${guest}`)
      const until = new Date(view.untilMs).toISOString()
      console.log(
        json === true ? JSON.stringify(view) : `${view.peer} is no guest any more; no seed takes an older word of it, which would have held until ${until}`
      )
    })
  subcommand('list', 'the guests that this seed lists').action(async ({ data, json }: GuestFlags) => {
    const { apiClient } = await import('../api-client.ts')
    const ask = await apiClient(data)
    const view = await ask<{ guests: GuestView[] }>('GET', '/v1/guests')
    console.log(json === true ? JSON.stringify(view) : await guestsText(view.guests))
  })
}
