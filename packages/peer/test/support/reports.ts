import { DIMENSIONS } from '@peerwatch/detection'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { createCore } from '@peerwatch/link'
import { placement as placementWith } from '../../../tier/src/tree/placement.ts'
import { recordParser } from '../../../tier/src/tree/tree-record.ts'
import { noCertificates, testNetwork } from '../../../link/test/support/core.ts'
import { PEPPER, reporterOf, signedReport, somePeer } from '../../../tier/test/support/tier.ts'
import type { Clock, StoredRecord } from '@peerwatch/model'
import type { Core, PeerwatchComponents } from '@peerwatch/link'
import type { Placement } from '../../../tier/src/tree/placement.ts'
import type { RecordParser } from '../../../tier/src/tree/tree-record.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

const silent = Object.assign(() => {}, { error: () => {}, trace: () => {}, enabled: false })

/** A core around nothing: no host, no links. */
export async function bareCore(keys: TestKeys, privateKey = keys.trusted[0]!, clock?: Clock): Promise<Core> {
  const components = {
    datastore: new MemoryDatastore(),
    logger: { forComponent: () => silent },
    peerId: peerIdFromPrivateKey(privateKey),
    privateKey,
    events: new EventTarget()
  }
  return createCore(components as unknown as PeerwatchComponents, {
    network: keys.network,
    dimensions: DIMENSIONS,
    certificates: noCertificates,
    ...(clock != null && { clock })
  })
}

export interface BookOfReports {
  readonly keys: TestKeys
  readonly core: Core
  readonly placement: Placement
  readonly parser: RecordParser
  /** One for each reporter, subject and window, as they lie in a store. */
  readonly stored: StoredRecord[]
}

/** Many signed reports, made once. */
export async function bookOfReports(counts: { reporters: number; subjects: number; windows: number; trusted?: number }): Promise<BookOfReports> {
  const keys = await testNetwork({ trusted: counts.trusted ?? 1 })
  const core = await bareCore(keys)
  const placement = placementWith(PEPPER)
  const parser = recordParser(core, placement)
  const reporters = await Promise.all(Array.from({ length: counts.reporters }, async () => reporterOf(keys)))
  const subjects = await Promise.all(Array.from({ length: counts.subjects }, somePeer))
  const { window } = core.windows.now()
  const windows = Array.from({ length: counts.windows }, (_, back) => window - back)
  const signed = reporters.flatMap(reporter => subjects.flatMap(subject => windows.map(async at => signedReport(reporter, { subject, window: at }))))
  return { keys, core, placement, parser, stored: (await Promise.all(signed)).map(encoded => parser.report(encoded).stored) }
}
