import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes } from '@peerwatch/link'
import { openGuest, openVote, signVote } from '@peerwatch/peer/parts'
import { openStamp } from '../../peer/src/registry/stamps.ts'
import { testNetwork } from '../../link/test/support/core.ts'
import { bareCore } from '../../peer/test/support/reports.ts'
import { somePeer } from '../../tier/test/support/tier.ts'
import { otherSeeds } from '../src/other-seeds.ts'
import type { ListedPeer } from '@peerwatch/wire'

const LISTED: ListedPeer = { record: new Uint8Array(), stamp: new Uint8Array(), unreachable: false, guest: new Uint8Array() }

test('G83: what a seed hands on that only an older roster or another clock is against is left out, and is no fault of it', async () => {
  const keys = await testNetwork({ seeds: 2 })
  const core = await bareCore(keys, keys.seeds[0])
  const stranger = await testNetwork({ seeds: 1 })
  const [, known] = keys.seeds.map(key => createSigner(key, keys.network.id))
  const unknown = createSigner(stranger.seeds[0]!, keys.network.id)
  const peer = await somePeer()
  const faults: string[] = []
  const learnt: string[] = []
  const others = otherSeeds(core, {
    registered: {
      learn: async ({ stamp }) => {
        await openStamp(core, stamp, peer)
        learnt.push('stamp')
      }
    },
    invited: {
      take: async encoded => {
        await openGuest(core, encoded)
        learnt.push('guest')
        return true
      }
    },
    removing: {
      vote: async encoded => {
        await openVote(core, encoded)
        learnt.push('vote')
      },
      forwarded: () => {}
    },
    fault: (_from, what) => faults.push(what)
  })
  const stamp = async (signer: typeof unknown, of = peer): Promise<ListedPeer> => ({
    ...LISTED,
    stamp: await signer.sign('stamp', messages.stamp.encode({ peer: peerIdBytes(of), group: 'g', firstWindow: 1 }))
  })
  const guest = async (signer: typeof unknown, expiresAtMs: number): Promise<ListedPeer> => ({
    ...LISTED,
    guest: await signer.sign('guest', messages.guest.encode({ peer: peerIdBytes(peer), addresses: [], expiresAtMs }))
  })
  const vote = async (signer: typeof unknown): Promise<Uint8Array> => signVote({ ...core, signer }, { peer, recordSeq: 1, tests: 4 })
  const later = core.windows.nowMs() + 1_000_000
  const told = async (registered: ListedPeer[], votes: Uint8Array[]): Promise<void> => others.takeNews({ from: known!.peer, registered, votes, dead: [] })
  await told([await stamp(unknown), await guest(unknown, later), await guest(known!, core.windows.nowMs() - 1)], [await vote(unknown)])
  assert.deepEqual([faults, learnt], [[], []])
  await told([await stamp(known!), await guest(known!, later)], [await vote(known!)])
  assert.deepEqual([faults, learnt], [[], ['stamp', 'guest', 'vote']])
  await told([await stamp(known!, await somePeer()), { ...LISTED, guest: new Uint8Array(9) }], [new Uint8Array(9)])
  assert.deepEqual(faults, ['bad-record', 'bad-record', 'bad-vote'], 'what nobody may sign counts')
})
