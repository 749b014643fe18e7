/** The result of one check. */
export interface Diagnosis {
  readonly check: string
  /** A warning is no reason for the node not to work; what could not be looked at is `skipped`. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped'
  readonly found: string
  /** Says what to do. Absent if there is nothing to do. */
  readonly remedy?: string
}

export function ok(check: string, found: string): Diagnosis {
  return { check, state: 'ok', found }
}

export function problem(check: string, state: 'warning' | 'failed', found: string, remedy: string): Diagnosis {
  return { check, state, found, remedy }
}

export function skipped(check: string, found: string, remedy?: string): Diagnosis {
  return { check, state: 'skipped', found, ...(remedy != null && { remedy }) }
}
