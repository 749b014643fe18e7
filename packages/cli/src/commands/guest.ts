import { addDataFlag } from '../data-flag.ts'
import { wholeNumber } from '../parse-option.ts'
import { quoted, UsageError } from '../usage-error.ts'
import { clockTime } from '../look.ts'
import { table } from '../table.ts'
import { complain, show } from '../terminal.ts'
import type { Command } from 'commander'
import type { Look } from '../look.ts'
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

function addedText({ peer, expiresAtMs }: AddedGuestView, look: Look): string {
  return `${look.peer(peer)} is a guest until ${clockTime(expiresAtMs, look.nowMs)}`
}

function removedText({ peer, untilMs }: RemovedGuestView, look: Look): string {
  const until = clockTime(untilMs, look.nowMs)
  return `${look.peer(peer)} is no guest any more; no seed takes an older word of it, which would have held until ${until}`
}

function warnOfSilence({ addresses, reachable }: AddedGuestView): void {
  if (reachable) return
  complain(
    `peerwatch: warning: unreachable-guest: ${addresses.join(', ')} answers no ping of this seed; expected a guest that others can dial; see whether it runs, and the address: until then nobody links to it, and a peer that reports it dead has it removed`
  )
}

export function guestsText(guests: readonly GuestView[], look: Look): string {
  if (guests.length === 0) return 'no guests'
  const rows = guests.map(({ peer, addresses, expiresAtMs, removed }) => [
    look.peer(peer),
    removed ? 'removed' : 'listed',
    clockTime(expiresAtMs, look.nowMs),
    addresses.map(address => address.replace(`/p2p/${peer}`, '')).join(' ')
  ])
  return table({ head: ['peer', 'registry', 'until', 'addresses'], rows }, look)
}

/** `guest add`, `guest remove` and `guest list`, asked of a running seed. */
export function addGuestCommands(program: Command): void {
  const guests = program.command('guest').description('peers that speak no Peerwatch, for which a seed vouches').addHelpText('after', HELP)
  const subcommand = (name: string, description: string): Command =>
    addDataFlag(guests.command(name).description(description)).option('--json', 'print JSON').addHelpText('after', HELP)
  subcommand('add', 'admit a guest: every seed lists it')
    .argument('<address>', 'its multiaddr, with /p2p/ID', guestAddress)
    .option('--days <count>', 'for how long', wholeNumber('--days', 1, MOST_DAYS), DEFAULT_DAYS)
    .action(async (address: string, { data, json, days }: GuestFlags & { readonly days: number }) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const query = new URLSearchParams({ address, forMs: String(days * DAY_MS) })
      const view = await ask<AddedGuestView>('POST', `/v1/guests?${query.toString()}`)
      if (json === true) console.log(JSON.stringify(view))
      else show(look => addedText(view, look))
      warnOfSilence(view)
    })
  subcommand('remove', 'take a guest back: no seed lists it any more')
    .argument('<guest>', 'its peer id, or its address with /p2p/ID', guestId)
    .action(async (guest: string, { data, json }: GuestFlags) => {
      const { apiClient } = await import('../api-client.ts')
      const ask = await apiClient(data)
      const view = await ask<RemovedGuestView>('DELETE', `/v1/guests/${guest}`)
      if (json === true) console.log(JSON.stringify(view))
      else show(look => removedText(view, look))
    })
  subcommand('list', 'the guests of this seed, and which of them were removed as dead').action(async ({ data, json }: GuestFlags) => {
    const { apiClient } = await import('../api-client.ts')
    const ask = await apiClient(data)
    const view = await ask<{ guests: GuestView[] }>('GET', '/v1/guests')
    if (json === true) console.log(JSON.stringify(view))
    else show(look => guestsText(view.guests, look))
  })
}
