/** The purpose of a signature. A signature for one purpose is worth nothing for another. */
export type Domain = 'roster' | 'token' | 'stamp' | 'goodbye' | 'removal' | 'guest' | 'report' | 'finding' | 'ledger' | 'erasure' | 'certificate'

const text = new TextEncoder()
/** Each is made once: text is encoded slowly, and each report that comes in needs it twice. */
const prefixes = new Map<Domain, Uint8Array>()

function prefixOf(domain: Domain): Uint8Array {
  const known = prefixes.get(domain)
  if (known != null) return known
  const made = text.encode(`/peerwatch/${domain}/1\0`)
  prefixes.set(domain, made)
  return made
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.byteLength
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}

/** `"/peerwatch/DOMAIN/1" || 00 || network id (32) || length of signer (1) || signer || payload`. */
export function signingBytes(domain: Domain, networkId: Uint8Array, signer: Uint8Array, payload: Uint8Array): Uint8Array {
  if (networkId.byteLength !== 32) throw new RangeError(`a network id has 32 bytes, not ${networkId.byteLength}`)
  if (signer.byteLength > 255) throw new RangeError(`a signer's id has at most 255 bytes, not ${signer.byteLength}`)
  return concat([prefixOf(domain), networkId, Uint8Array.of(signer.byteLength), signer, payload])
}

/** The bytes whose SHA-256 is a network's id: `"/peerwatch/network/1" || 00 || length of authority (1) || authority's peer id || UTF-8 name`. */
export function networkIdBytes(authority: Uint8Array, name: string): Uint8Array {
  return concat([text.encode('/peerwatch/network/1\0'), Uint8Array.of(authority.byteLength), authority, text.encode(name)])
}
