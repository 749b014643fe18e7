import { publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { PeerRecord } from '@libp2p/peer-record'
import * as varint from 'uint8-varint'
import { seconds } from '../trial/words.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { AttackRun } from '../trial/attack-run.ts'

const RECORDS_COUNT = 60
const NAME_BYTES = 3_695

const prefixed = (bytes: Uint8Array): Uint8Array => Buffer.concat([varint.encode(bytes.byteLength), bytes])
const field = (tag: readonly number[], bytes: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.from(tag), prefixed(bytes)])

/** A record whose address is a name of 3.7 KB, behind tags in more bytes than they need. A reader that takes the tags for short ones sees harmless fields. */
async function recordOf(key: PrivateKey, peerId: Uint8Array): Promise<Uint8Array> {
  const name = Buffer.alloc(NAME_BYTES, Uint8Array.of(0x08, 0x01))
  name.set([0x08, 0x81, 0x01], NAME_BYTES - 3)
  const address = Buffer.concat([varint.encode(421), prefixed(Buffer.concat([Uint8Array.of(0x12), prefixed(name)]))])
  const payload = Buffer.concat([field([0x0a], peerId), Uint8Array.of(0x10, 1), field([0x9a, 0x80, 0], field([0x8a, 0x80, 0], address))])
  const domain = new TextEncoder().encode(PeerRecord.DOMAIN)
  const signature = await key.sign(Buffer.concat([prefixed(domain), prefixed(PeerRecord.CODEC), prefixed(payload)]))
  const parts = [field([0x0a], publicKeyToProtobuf(key.publicKey)), field([0x12], PeerRecord.CODEC), field([0x1a], payload), field([0x2a], signature)]
  return Buffer.concat(parts)
}

export const longTags: AttackRun = {
  name: 'long-tags',
  does: 'A stranger registers records with an address of 3.7 KB, hidden behind tags in more bytes than they need.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const mallory = await attacker(net)
    const seed = net.seeds[0]!
    const record = await recordOf(mallory.key, mallory.libp2p.peerId.toMultihash().bytes)
    const registry = await mallory.askRegistry(seed)
    const sinceMs = clock.monotonicMs()
    const answers = await Promise.allSettled(Array.from({ length: RECORDS_COUNT }, async () => registry.call({ register: { record, watch: false } })))
    const tookMs = clock.monotonicMs() - sinceMs
    const taken = answers.filter(answer => answer.status === 'fulfilled' && answer.value.status === 0).length
    const { alive, faults } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${RECORDS_COUNT} records, ${Math.round((RECORDS_COUNT * record.byteLength) / 1024)} KiB, in ${(tookMs / 1000).toFixed(1)} s`,
      effect: `${taken} were taken; a newcomer was served within ${seconds(clock, sinceMs + tookMs)} afterwards`,
      endedBy: `each was refused before its signature: ${[...new Set(faults)].join(', ')}`,
      pass: alive && taken === 0 && faults.length > 0
    }
  }
}
