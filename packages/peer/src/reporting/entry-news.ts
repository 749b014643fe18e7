import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { ReportDown } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'

export interface Pull {
  readonly pullRoster: boolean
  readonly pullCertificates: boolean
}

/** Takes what an entry tells beside its answers: the roster and the certificates. */
export interface EntryNews {
  /** Says what to ask for after this frame: what differs from what the entry has, once a window. */
  readonly missing: (frame: ReportDown) => Pull | undefined
  readonly take: (frame: ReportDown) => Promise<void>
}

export function entryNews(core: Core, peer: PeerIdString): EntryNews {
  let pulledInWindow: WindowNumber = -1
  return {
    missing: ({ live, rosterVersion }) => {
      const ours = core.certificates.liveSet()
      const pullRoster = rosterVersion > core.roster.current().version
      const pullCertificates = live != null && (live.count !== ours.count || Buffer.compare(live.hash, ours.hash) !== 0)
      const { window } = core.windows.now()
      if ((!pullRoster && !pullCertificates) || pulledInWindow === window || !core.budgets.take('pulls')) return undefined
      pulledInWindow = window
      return { pullRoster, pullCertificates }
    },
    take: async ({ roster, certificates }) => {
      if (roster.byteLength > 0) {
        await core.roster.accept(roster).catch((error: unknown) => {
          core.log('entry %s sent a roster that was not taken: %s', peer, error)
        })
      }
      for (const certificate of certificates) await core.certificates.accept(certificate)
    }
  }
}
