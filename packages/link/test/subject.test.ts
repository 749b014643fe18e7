import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { messages } from '@peerwatch/wire'
import { peerIdText } from '../src/peer-ids.ts'
import { rosterBook } from '../src/roster-book.ts'
import { createSigner } from '../src/signatures.ts'
import { isSubject } from '../src/subject.ts'
import { testNetwork } from './support/core.ts'

test('everybody is a subject but this node, the seeds and the trusted nodes of the roster that is in force', async () => {
  const { network, authority } = await testNetwork({ seeds: 2, trusted: 3 })
  const roster = rosterBook(network, new MemoryDatastore())
  const { seeds, trusted } = network.roster
  const [self, ...strangers] = await Promise.all(Array.from({ length: 4 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
  const someone = fc.constantFrom(self!, ...strangers, ...seeds, ...trusted)
  const check = (members: readonly string[]): void => {
    fc.assert(
      fc.property(someone, peer => {
        assert.equal(roster.isMember(peer), members.includes(peer))
        assert.equal(isSubject({ self: self!, roster }, peer), peer !== self && !members.includes(peer))
      })
    )
  }
  check([...seeds, ...trusted])
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  await roster.accept(
    await createSigner(authority, network.id).sign('roster', messages.roster.encode({ ...fields, version: 2, trusted: fields.trusted.slice(0, 1), quorum: 1 }))
  )
  check([...seeds, trusted[0]!])
})
