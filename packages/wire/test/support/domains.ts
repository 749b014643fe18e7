import type { Domain } from '../../src/index.ts'

const all: Readonly<Record<Domain, true>> = {
  roster: true,
  token: true,
  stamp: true,
  goodbye: true,
  removal: true,
  guest: true,
  report: true,
  finding: true,
  ledger: true,
  erasure: true,
  certificate: true
}

/** Every purpose of a signature: one that is missing here does not compile. */
export const domains = Object.keys(all) as Domain[]
