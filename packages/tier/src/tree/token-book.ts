import { createHash } from 'node:crypto'
import { Key } from 'interface-datastore'
import { inOrder, parsePlace, textOf } from '@peerwatch/model'
import { mergeTokens, noTokens, partition, treeOf, viewHash } from '@peerwatch/trust-tree'
import { messages, signingBytes } from '@peerwatch/wire'
import { isSignedBy, listeners, peekSigned, peerIdBytes } from '@peerwatch/link'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Equivocation, Partition, Token, Tree } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'

/** Names the roster and tokens with which a request was made. */
export interface ViewVersions {
  readonly rosterVersion: number
  readonly tokens: Uint8Array
}

/** The tokens that this node holds: verified, merged, and durable. */
export interface TokenBook {
  /** Loads the tokens of earlier runs and of the network file. */
  readonly load: () => Promise<void>
  /** Takes over newer tokens, and returns how many there were. It leaves out wrong ones and those of strangers. */
  readonly accept: (encoded: readonly Uint8Array[]) => Promise<number>
  /** `Signed<Token>` of each roster member that has one. */
  readonly encoded: () => Uint8Array[]
  readonly token: (node: PeerIdString) => Token | undefined
  readonly versions: () => ViewVersions
  readonly partition: () => Partition
  readonly tree: () => Tree
  /** Signs where this node starts from now on. The token is durable first, then in force here, then shown to others. Rejects if it cannot be kept. */
  readonly place: (start: Place | undefined, moved?: Token['moved']) => Promise<void>
  /** The version of the roster whose leaving members are needed no more; 0 for none. */
  readonly settledRoster: () => number
  /** Nodes that left with the roster in force are needed no more. Survives a restart. */
  readonly settleRoster: () => Promise<void>
  readonly onChange: (listener: () => void) => () => void
}

interface View {
  readonly versions: ViewVersions
  readonly partition: Partition
  readonly tree: Tree
}

const TOKENS = new Key('/peerwatch/tree/token')
const SETTLED = new Key('/peerwatch/tree/settled')

export function tokenBook(core: Core): TokenBook {
  const { datastore } = core.components
  const changes = listeners()
  const bytesByHash = new Map<string, Uint8Array>()
  const equivocations = new Map<PeerIdString, readonly Uint8Array[]>()
  // of two tokens that come at once the older must neither be written nor taken over the newer
  const taking = inOrder()
  let tokens = noTokens
  let cached: View | undefined
  let settled = 0

  core.roster.onChange(() => {
    cached = undefined
    changes.tell()
  })
  const view = (): View => {
    if (cached != null) return cached
    const { version, trusted, leaving } = core.roster.current()
    const divided = partition(trusted, tokens, settled === version ? [] : leaving)
    const named = viewHash([...trusted, ...leaving], tokens, hashOfHashes)
    cached = { versions: { rosterVersion: version, tokens: named }, partition: divided, tree: treeOf(divided) }
    return cached
  }
  const prove = (found: readonly Equivocation[]): void => {
    for (const { higher, lower } of found) {
      const both = [higher, lower].map(({ hash }) => bytesByHash.get(hash)).filter(bytes => bytes != null)
      equivocations.set(higher.node, both)
      core.emit('alarm', { code: 'equivocation', message: `${higher.node} signed two different tokens with version ${higher.version}` })
    }
  }
  const isWanted = (token: Token): boolean => {
    const held = tokens.get(token.node)
    const { leaving } = core.roster.current()
    return (
      (core.roster.isTrusted(token.node) || leaving.includes(token.node)) &&
      (held == null || (token.version >= held.version && token.hash !== held.hash && !equivocations.has(token.node)))
    )
  }
  const accept = async (encoded: readonly Uint8Array[]): Promise<number> => {
    const opened = await Promise.all(encoded.map(async bytes => openToken(core, bytes, isWanted)))
    return taking(async () => take(opened.filter(token => token != null)))
  }
  const take = async (wanted: readonly { readonly token: Token; readonly bytes: Uint8Array }[]): Promise<number> => {
    for (const { token, bytes } of wanted) bytesByHash.set(token.hash, bytes)
    const merged = mergeTokens(
      tokens,
      wanted.map(({ token }) => token)
    )
    const { taken } = merged
    prove(merged.equivocations)
    // On disk before anybody is shown it: a node must not forget what it said.
    for (const { node, hash } of taken) await datastore.put(TOKENS.child(new Key(node)), bytesByHash.get(hash)!)
    tokens = merged.tokens
    const inUse = new Set([...tokens.values()].map(({ hash }) => hash))
    for (const hash of bytesByHash.keys()) if (!inUse.has(hash)) bytesByHash.delete(hash)
    if (taken.length === 0) return 0
    cached = undefined
    changes.tell()
    return taken.length
  }
  return {
    place: async (start, moved) => {
      const version = Math.max((tokens.get(core.self)?.version ?? 0) + 1, Math.floor(core.windows.nowMs()))
      const payload = messages.token.encode({
        version,
        hadNone: moved != null && moved.from == null,
        ...(start != null && { start: placeBytes(start) }),
        ...(moved?.from != null && { previousStart: placeBytes(moved.from) })
      })
      await accept([await core.signer.sign('token', payload)])
    },
    settledRoster: () => settled,
    settleRoster: async () => {
      const { version } = core.roster.current()
      await datastore.put(SETTLED, new TextEncoder().encode(`${version}`))
      settled = version
      cached = undefined
      changes.tell()
    },
    load: async () => {
      if (await datastore.has(SETTLED)) settled = Number(textOf(await datastore.get(SETTLED)))
      const held: Uint8Array[] = []
      for await (const { value } of datastore.query({ prefix: TOKENS.toString() })) held.push(value)
      await accept([...held, ...core.network.tokens])
    },
    accept,
    encoded: () =>
      [...core.roster.current().trusted, ...core.roster.current().leaving]
        .map(node => bytesByHash.get(tokens.get(node)?.hash ?? ''))
        .filter(bytes => bytes != null),
    token: node => tokens.get(node),
    versions: () => view().versions,
    partition: () => view().partition,
    tree: () => view().tree,
    onChange: changes.add
  }
}

function hashOfHashes(hashes: readonly string[]): Uint8Array {
  return createHash('sha256')
    .update(Buffer.from(hashes.join(''), 'hex'))
    .digest()
}

/** Undefined for a token that is not wanted, malformed or wrongly signed. */
async function openToken(core: Core, bytes: Uint8Array, isWanted: (token: Token) => boolean): Promise<{ token: Token; bytes: Uint8Array } | undefined> {
  try {
    const { signer, payload, signature } = peekSigned(bytes)
    const { start, previousStart, version, hadNone } = messages.token.decode(payload)
    const token: Token = {
      node: signer,
      ...(start != null && { start: placeFromBytes(start) }),
      ...(previousStart != null && { moved: { from: placeFromBytes(previousStart) } }),
      ...(hadNone && { moved: {} }),
      version,
      hash: createHash('sha256')
        .update(signingBytes('token', core.network.id, peerIdBytes(signer), payload))
        .digest('hex')
    }
    if (!isWanted(token) || !(await isSignedBy(signer, 'token', core.network.id, payload, signature))) return undefined
    return { token, bytes }
  } catch {
    return undefined
  }
}

export function placeFromBytes(bytes: Uint8Array): Place {
  return parsePlace(Buffer.from(bytes).toString('hex'))
}

export function placeBytes(place: Place): Uint8Array {
  return new Uint8Array(Buffer.from(place, 'hex'))
}
