import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { messages, networkIdBytes, signingBytes } from '../src/index.ts'
import { domains } from './support/domains.ts'
import { declaredAs } from './support/messages.ts'
import { sample, toProtoJson } from './support/samples.ts'
import type { Domain } from '../src/index.ts'

const file = new URL('../../../test/vectors/typescript.json', import.meta.url)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The Ed25519 key whose 32 secret bytes are all `byte`, and its peer id. */
function party(byte: number): { key: ReturnType<typeof createPrivateKey>; peer: Uint8Array } {
  const secret = Buffer.alloc(32, byte)
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { key, peer: new Uint8Array(Buffer.concat([Buffer.from('002408011220', 'hex'), raw])) }
}

const authority = party(1)
const seed = party(2)
const reporter = party(3)
const subject = party(4)
const trusted = party(5)
const id = createHash('sha256').update(networkIdBytes(authority.peer, 'vectors')).digest()

function signed(domain: Domain, by: typeof authority, payload: Uint8Array): Record<string, string> & { readonly encoded: string } {
  const bytes = signingBytes(domain, id, by.peer, payload)
  const signature = new Uint8Array(sign(null, bytes, by.key))
  return {
    domain,
    signer: hex(by.peer),
    payload: hex(payload),
    signedBytes: hex(bytes),
    signature: hex(signature),
    encoded: hex(messages.signed.encode({ payload, signer: by.peer, signature }))
  }
}

function vectors(): Record<string, unknown> {
  const stamp = signed('stamp', seed, messages.stamp.encode({ peer: reporter.peer, group: '192.0.2.0/24', firstWindow: 850_000_000 }))
  const report = messages.report.encode({
    subject: subject.peer,
    window: 850_000_001,
    observations: [
      { dimension: 1, ok: 2, bad: 0 },
      { dimension: 2, ok: 17, bad: 3 }
    ],
    cuts: [2, 4],
    stamp: new Uint8Array(Buffer.from(stamp.encoded, 'hex'))
  })
  const finding = { subject: subject.peer, dimension: 2, outcome: 1, window: 850_000_002, ok: 9, bad: 4, controls: 5, controlsPassed: 5 }
  const verdict = messages.verdict.encode({
    kind: 1,
    rosterVersion: 1,
    subject: subject.peer,
    dimension: 2,
    reason: 'integrity',
    findings: new Uint8Array(createHash('sha256').digest()),
    issuedAtMs: 1_700_000_006_000,
    expiresAtMs: 1_700_003_606_000,
    serial: 1
  })
  const reinstatement = messages.verdict.encode({
    ...messages.verdict.decode(verdict),
    kind: 2,
    reason: 'wrong finding',
    findings: new Uint8Array(createHash('sha256').update(verdict).digest()),
    issuedAtMs: 1_700_000_900_000,
    expiresAtMs: 1_700_004_500_000,
    serial: 2
  })
  return {
    about:
      'All bytes in hex; `fields` in the JSON form of protobuf. Ed25519 secrets are 32 equal bytes: authority 01, seed 02, reporter 03, subject 04, trusted node 05.',
    network: { authority: hex(authority.peer), name: 'vectors', hashed: hex(networkIdBytes(authority.peer, 'vectors')), id: hex(id) },
    signed: [
      signed(
        'roster',
        authority,
        messages.roster.encode({
          version: 1,
          trusted: [trusted.peer],
          seeds: [seed.peer],
          quorum: 1,
          scope: 2,
          preset: 'demo',
          retentionMs: 86_400_000,
          retentionBytes: 2 ** 30,
          requestsPerSecond: 20,
          maxDegree: 32
        })
      ),
      signed('token', trusted, messages.token.encode({ start: new Uint8Array(8), version: 1_700_000_000_000 })),
      stamp,
      signed('goodbye', reporter, messages.goodbye.encode({ recordSeq: 1_700_000_000_000 })),
      signed('removal', seed, messages.removalVote.encode({ peer: subject.peer, recordSeq: 7, window: 850_000_002, tests: 4 })),
      signed(
        'guest',
        seed,
        messages.guest.encode({
          peer: subject.peer,
          // /ip4/192.0.2.7/tcp/4001
          addresses: [new Uint8Array(Buffer.from('04c0000207060fa1', 'hex'))],
          expiresAtMs: 1_700_003_606_000
        })
      ),
      signed('report', reporter, report),
      signed('finding', trusted, messages.finding.encode(finding)),
      signed(
        'ledger',
        trusted,
        messages.ledger.encode({ reporter: reporter.peer, window: 850_000_003, checked: 9, agreed: 7, contradicted: 2, deviations: Uint8Array.of(0, 12, 255) })
      ),
      signed('certificate', trusted, verdict),
      // as long as the eviction that it ends, and of the next serial
      signed('certificate', trusted, reinstatement),
      signed('erasure', authority, messages.erasure.encode({ subject: subject.peer, upToEpoch: 28_333_333 }))
    ],
    messages: Object.entries(messages as Record<string, { encode: (values: Record<string, unknown>) => Uint8Array }>).map(([name, codec]) => {
      const fields = declaredAs(name)
      const values = sample(fields)
      return { message: name, bytes: hex(codec.encode(values)), fields: toProtoJson(fields, values) }
    })
  }
}

test('test/vectors/typescript.json is what this package makes', () => {
  const made = `${JSON.stringify(vectors(), undefined, 2)}\n`
  const known = process.env['UPDATE'] === '1' ? made : readFileSync(file, 'utf8')
  if (process.env['UPDATE'] === '1') writeFileSync(file, made)
  assert.deepEqual(JSON.parse(known), JSON.parse(made), 'run with UPDATE=1 only if the protocol is meant to change')
})

test('the vectors have a signature for each purpose', () => {
  const made = new Set((vectors()['signed'] as { domain: Domain }[]).map(({ domain }) => domain))
  assert.deepEqual([...made].toSorted(), domains.toSorted())
})

test('the signatures of the vectors are right', () => {
  for (const { signedBytes, signature, signer } of vectors()['signed'] as Record<'signedBytes' | 'signature' | 'signer', string>[]) {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(signer, 'hex').subarray(6)])
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    assert.ok(verify(null, Buffer.from(signedBytes, 'hex'), key, Buffer.from(signature, 'hex')))
  }
})
