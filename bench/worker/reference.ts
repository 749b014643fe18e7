import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { messages, signingBytes } from '@peerwatch/wire'
import { ClassicLevel } from 'classic-level'
import { peerIdBytes } from '../../packages/link/src/peer-ids.ts'
import type { KeyObject } from 'node:crypto'
import type { SignedReports } from './reporters.ts'

export interface ReferenceInit {
  readonly folder: string
  readonly networkId: Uint8Array
  readonly signed: readonly SignedReports[]
  /** Records in one batch: the mean of the run that this is compared with. */
  readonly batchRecords: number
}

/** What the record store adds to a report on disk: the key, and version, key number, nonce and tag. */
const KEY_BYTES = 113
const SEAL_BYTES = 30
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

type Put = { type: 'put'; key: Buffer; value: Buffer }

function publicKeyOf(peer: string): KeyObject {
  const { publicKey } = peerIdFromString(peer)
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, publicKey!.raw]), format: 'der', type: 'spki' })
}

export const reference = {
  /**
   * The least that must be done for these reports: each signature is verified, and as many bytes are written in synced LevelDB batches.
   * While one batch is on its way to the disk the next is verified; the process is meant to be pinned to one core.
   */
  verifyAndWrite: async ({ folder, networkId, signed, batchRecords }: ReferenceInit): Promise<{ elapsedMs: number; count: number }> => {
    const level = new ClassicLevel<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    await level.open()
    const work = signed.flatMap(({ reporter, encoded }) => {
      const key = publicKeyOf(reporter)
      const signer = peerIdBytes(reporter)
      return encoded.map(report => ({ key, signer, report, recordKey: randomBytes(KEY_BYTES), value: randomBytes(report.length + SEAL_BYTES) }))
    })
    const size = Math.max(1, Math.round(batchRecords))
    let writing: Promise<void> = Promise.resolve()
    const startedMs = performance.now()
    for (let at = 0; at < work.length; at += size) {
      const batch: Put[] = []
      for (const { key, signer, report, recordKey, value } of work.slice(at, at + size)) {
        const { payload, signature } = messages.signed.decode(report)
        if (!verify(null, signingBytes('report', networkId, signer, payload), key, signature)) throw new Error('a signature is wrong')
        batch.push({ type: 'put', key: recordKey, value })
      }
      await writing
      writing = level.batch(batch, { sync: true })
    }
    await writing
    const elapsedMs = performance.now() - startedMs
    await level.close()
    return { elapsedMs, count: work.length }
  }
}
