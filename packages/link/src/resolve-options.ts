import { nearest } from '@peerwatch/model'
import { ServicesError } from './errors.ts'

/** Throws ServicesError `bad-option` for an unknown name. Otherwise a typing error would silently give the default. */
export function refuseUnknown(what: string, known: readonly string[], given: object): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new ServicesError('bad-option', `${what}: there is no ${name}; expected ${meant ?? `one of ${known.join(', ')}`}`)
  }
}

/** Every option is a number above 0. Throws ServicesError `bad-option` that names the option, the rule and the value. */
export function resolveNumbers<T extends object>(what: string, defaults: T, given: Partial<T> = {}): T {
  refuseUnknown(what, Object.keys(defaults), given)
  for (const [name, value] of Object.entries<unknown>(given)) {
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)) continue
    throw new ServicesError('bad-option', `${what}: ${name} must be a number above 0, not ${JSON.stringify(value)}`)
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
