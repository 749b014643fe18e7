import { ServicesError } from './errors.ts'

/** Throws ServicesError `bad-option` that names the option, the rule and what was given; every option is a number above 0. */
export function resolveNumbers<T extends object>(what: string, defaults: T, given: Partial<T> = {}): T {
  for (const [name, value] of Object.entries<unknown>(given)) {
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)) continue
    throw new ServicesError('bad-option', `${what}: ${name} must be a number above 0, not ${JSON.stringify(value)}`)
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
