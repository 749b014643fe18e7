import type { TreeHello, TreeRequest } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { MemberClocks } from './member-clocks.ts'
import type { Settling } from './settling.ts'
import type { TokenBook, ViewVersions } from './token-book.ts'
import type { BareRequest } from './trusted-link.ts'

/** How two trusted nodes come to know the same roster and tokens: every request names the view of its sender, who is behind is shown the whole. */
export interface Views {
  readonly hello: (isWhole: boolean) => TreeHello
  /** Puts in the view, and, where asked to, the whole of roster and tokens. */
  readonly withView: (request: BareRequest, isWhole: boolean) => Partial<Omit<TreeRequest, 'id'>>
  /** Merges what the other side knows, and hears its clock. */
  readonly merge: (from: PeerIdString, theirs: TreeHello | undefined) => Promise<void>
  readonly isOurs: (theirs: ViewVersions) => boolean
}

const NOTHING = new Uint8Array()

export interface ViewsInit {
  readonly tokens: TokenBook
  readonly clocks: Pick<MemberClocks, 'hear' | 'hello'>
  readonly settling: Pick<Settling, 'told' | 'hear'>
  /** Load of the owned range. */
  readonly reportsPerSecond: () => number
}

export function views(core: Core, { tokens, clocks, settling, reportsPerSecond }: ViewsInit): Views {
  const hello = (isWhole: boolean): TreeHello => ({
    roster: isWhole ? core.roster.current().encoded : NOTHING,
    tokens: isWhole ? tokens.encoded() : [],
    reportsPerSecond: reportsPerSecond(),
    ...clocks.hello(),
    ...settling.told()
  })
  return {
    hello,
    withView: (request, isWhole) => {
      const { rosterVersion, tokens: named } = tokens.versions()
      const view = { rosterVersion, tokens: named }
      return isWhole || request.hello != null ? { ...request, view, hello: hello(isWhole) } : { ...request, view }
    },
    merge: async (from, theirs) => {
      if (theirs == null) return
      clocks.hear(from, theirs)
      // Who is behind or wrong is not a reason to end the link: the view that follows decides.
      if (theirs.roster.byteLength > 0) await core.roster.accept(theirs.roster).catch(() => 'known')
      if (theirs.tokens.length > 0) await tokens.accept(theirs.tokens)
      settling.hear(from, theirs)
    },
    isOurs: theirs => {
      const ours = tokens.versions()
      return theirs.rosterVersion === ours.rosterVersion && Buffer.compare(theirs.tokens, ours.tokens) === 0
    }
  }
}
