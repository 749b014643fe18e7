import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * The Host headers that reach this server. A page of some other site that has its own name point at 127.0.0.1
 * (DNS rebinding) sends that name, and is refused.
 */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const bound = host.includes(':') ? `[${host}]` : host
  return new Set([bound, 'localhost', '127.0.0.1'].map(name => `${name}:${port}`))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Whether the header is `Bearer TOKEN`, in a time that does not depend on where they differ. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}
