import type { TreeHello, TreeRequest } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { MemberClocks } from './member-clocks.ts'
import type { Settling } from './settling.ts'
import type { Erasures } from '../erasure/erasures.ts'
import type { TokenBook, ViewVersions } from './token-book.ts'
import type { BareRequest } from './trusted-link.ts'

/** How two trusted nodes come to the same roster and tokens. Every request names the view of its sender, and a node that is behind is shown the whole view. */
export interface Views {
  readonly hello: (isWhole: boolean, to: PeerIdString) => TreeHello
  /** Puts in the view, and on demand the whole roster and all tokens. */
  readonly withView: (request: BareRequest, isWhole: boolean, to: PeerIdString) => Partial<Omit<TreeRequest, 'id'>>
  /** Merges what the other side knows, and hears its clock. */
  readonly merge: (from: PeerIdString, theirs: TreeHello | undefined) => Promise<void>
  readonly isOurs: (theirs: ViewVersions) => boolean
}

const NOTHING = new Uint8Array()

export interface ViewsInit {
  readonly tokens: TokenBook
  readonly clocks: Pick<MemberClocks, 'hear' | 'hello'>
  readonly settling: Pick<Settling, 'told' | 'hear'>
  readonly erasures: Pick<Erasures, 'told' | 'hear'>
  /** Reports per second for the owned range. */
  readonly reportsPerSecond: () => number
}

export function views(core: Core, { tokens, clocks, settling, erasures, reportsPerSecond }: ViewsInit): Views {
  const hello = (isWhole: boolean, to: PeerIdString): TreeHello => ({
    roster: isWhole ? core.roster.current().encoded : NOTHING,
    tokens: isWhole ? tokens.encoded() : [],
    reportsPerSecond: reportsPerSecond(),
    ...clocks.hello(),
    ...settling.told(),
    erasures: erasures.told(to)
  })
  return {
    hello,
    withView: (request, isWhole, to) => {
      const { rosterVersion, tokens: named } = tokens.versions()
      const view = { rosterVersion, tokens: named }
      return isWhole || request.hello != null ? { ...request, view, hello: hello(isWhole, to) } : { ...request, view }
    },
    merge: async (from, theirs) => {
      if (theirs == null) return
      clocks.hear(from, theirs)
      // Who is behind or wrong is not a reason to end the link: the view that follows decides.
      if (theirs.roster.byteLength > 0) await core.roster.accept(theirs.roster).catch(() => 'known')
      if (theirs.tokens.length > 0) await tokens.accept(theirs.tokens)
      await erasures.hear(from, theirs.erasures)
      settling.hear(from, theirs)
    },
    isOurs: theirs => {
      const ours = tokens.versions()
      return theirs.rosterVersion === ours.rosterVersion && Buffer.compare(theirs.tokens, ours.tokens) === 0
    }
  }
}
