import type { PeerIdString, Place } from '@peerwatch/model'

/** A trusted node's word on where its range starts; the node is its only writer. */
export interface Token {
  readonly node: PeerIdString
  /** Absent: the node holds no range. */
  readonly start?: Place
  /** Present while its last move is not settled: where it started before; without a start it held no range. */
  readonly moved?: { readonly from?: Place }
  readonly version: number
  /** Hash of the signed token, lower-case hex: orders two of one version, and names it in a view. */
  readonly hash: string
}

/** The token that places each node. */
export type Tokens = ReadonlyMap<PeerIdString, Token>

/** Two different tokens by one node with one version: proof that it said two things. */
export interface Equivocation {
  readonly higher: Token
  readonly lower: Token
}

export interface Merged {
  /** `known` itself where nothing changed. */
  readonly tokens: Tokens
  /** Those that place a node now and did not before. */
  readonly taken: readonly Token[]
  readonly equivocations: readonly Equivocation[]
}

export const noTokens: Tokens = new Map()

/** By version, then by hash; 0 only for the same token. */
export function compareTokens(a: Token, b: Token): number {
  if (a.version !== b.version) return a.version - b.version
  if (a.hash === b.hash) return 0
  return a.hash < b.hash ? -1 : 1
}

/** Per node the higher token. Keeps T3: order, grouping and repetition of merges do not change `tokens`. */
export function mergeTokens(known: Tokens, incoming: Iterable<Token>): Merged {
  const taken = new Map<PeerIdString, Token>()
  const equivocations: Equivocation[] = []
  for (const token of incoming) {
    const held = taken.get(token.node) ?? known.get(token.node)
    const order = held == null ? 1 : compareTokens(token, held)
    if (held != null && order !== 0 && held.version === token.version) {
      equivocations.push(order > 0 ? { higher: token, lower: held } : { higher: held, lower: token })
    }
    if (order > 0) taken.set(token.node, token)
  }
  const tokens = taken.size === 0 ? known : new Map([...known, ...taken])
  return { tokens, taken: [...taken.values()], equivocations }
}

/** What a request names the tokens by: `hash` over the sorted hashes of those of roster members. */
export function viewHash(members: Iterable<PeerIdString>, tokens: Tokens, hash: (hashes: readonly string[]) => Uint8Array): Uint8Array {
  const hashes: string[] = []
  for (const member of new Set(members)) {
    const token = tokens.get(member)
    if (token != null) hashes.push(token.hash)
  }
  return hash(hashes.toSorted())
}
