declare const brand: unique symbol

/** A peer id in its usual text form, for instance `12D3Koo…`. */
export type PeerIdString = string & { readonly [brand]: 'PeerIdString' }

/** HMAC-SHA-256(pepper, peer id) as 64 lower-case hex digits: what a subject or author is called on disk. */
export type Pseudonym = string & { readonly [brand]: 'Pseudonym' }

/** The first 64 bits of a pseudonym as 16 lower-case hex digits, so that text order is the order of the key space. */
export type Place = string & { readonly [brand]: 'Place' }

/** HMAC-SHA-256(pepper, what was signed) as 64 lower-case hex digits. */
export type RecordId = string & { readonly [brand]: 'RecordId' }

/** The number of a reporting period: ⌊Unix ms / window length⌋. */
export type WindowNumber = number

const PLACE_DIGITS = 16

export function placeOf(pseudonym: Pseudonym): Place {
  return pseudonym.slice(0, PLACE_DIGITS) as Place
}

/** Reads 16 lower-case hex digits; anything else throws. */
export function parsePlace(text: string): Place {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new TypeError(`a place is 16 lower-case hex digits, not ${JSON.stringify(text)}`)
  return text as Place
}
