import type { PeerIdString, Place } from '@peerwatch/model'

/** A trusted node's word on where its range starts. The node is the only writer. */
export interface Token {
  readonly node: PeerIdString
  /** Absent: the node holds no range. */
  readonly start?: Place
  /** Present while the node's last move is not settled. `from` is its start before the move; without one it held no range. */
  readonly moved?: { readonly from?: Place }
  readonly version: number
  /** The hash of the signed token, in lower-case hex. It orders two tokens of one version, and names the token in a view. */
  readonly hash: string
}

/** The token that places each node. */
export type Tokens = ReadonlyMap<PeerIdString, Token>

/** Two different tokens of one node with one version. They prove that the node said two things. */
export interface Equivocation {
  readonly higher: Token
  readonly lower: Token
}

export interface Merged {
  /** `known` itself if nothing changed. */
  readonly tokens: Tokens
  /** The tokens that place a node now and did not before. */
  readonly taken: readonly Token[]
  readonly equivocations: readonly Equivocation[]
}

export const noTokens: Tokens = new Map()

/** Compares by version, then by hash. 0: both are the same token. */
export function compareTokens(a: Token, b: Token): number {
  if (a.version !== b.version) return a.version - b.version
  if (a.hash === b.hash) return 0
  return a.hash < b.hash ? -1 : 1
}

/** Keeps the higher token of each node. T3: the order, grouping and repetition of merges do not change `tokens`. */
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

/** The name of the tokens in a request: a hash over the sorted hashes of the tokens of roster members. */
export function viewHash(members: Iterable<PeerIdString>, tokens: Tokens, hash: (hashes: readonly string[]) => Uint8Array): Uint8Array {
  const hashes: string[] = []
  for (const member of new Set(members)) {
    const token = tokens.get(member)
    if (token != null) hashes.push(token.hash)
  }
  return hash(hashes.toSorted())
}
