import { ACCEPTED_PAST_WINDOWS } from '@peerwatch/model'
import { BoundedMap } from '@peerwatch/link'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'

/** Reporters remembered; who comes back after being forgotten starts with a full backlog. */
const REPORTERS = 20_000
/** Windows of one reporter whose subjects are remembered; coming back to an older one costs like a new one. */
const WINDOWS = 16

interface Account {
  /** New windows it may still report. */
  allowance: number
  updatedWindow: WindowNumber
  readonly subjects: BoundedMap<WindowNumber, Set<PeerIdString>>
}

/** How much one reporter may say: one new window per elapsed one plus a backlog, and in each no more subjects than a peer has neighbours. */
export interface ReportQuota {
  readonly take: (reporter: PeerIdString, window: WindowNumber, subject: PeerIdString, maxDegree: number) => 'ok' | 'window-rate' | 'too-many-subjects'
}

export function reportQuota(now: () => WindowNumber, backlogWindows = ACCEPTED_PAST_WINDOWS): ReportQuota {
  const accounts = new BoundedMap<PeerIdString, Account>(REPORTERS)
  const accountOf = (reporter: PeerIdString): Account => {
    const window = now()
    let account = accounts.get(reporter)
    if (account == null) {
      account = { allowance: backlogWindows, updatedWindow: window, subjects: new BoundedMap(WINDOWS) }
      accounts.set(reporter, account)
    }
    account.allowance = Math.min(backlogWindows, account.allowance + Math.max(0, window - account.updatedWindow))
    account.updatedWindow = window
    return account
  }
  return {
    take: (reporter, window, subject, maxDegree) => {
      const account = accountOf(reporter)
      let subjects = account.subjects.get(window)
      if (subjects == null) {
        if (account.allowance < 1) return 'window-rate'
        account.allowance--
        subjects = new Set()
        account.subjects.set(window, subjects)
      }
      if (subjects.has(subject)) return 'ok'
      if (subjects.size >= maxDegree) return 'too-many-subjects'
      subjects.add(subject)
      return 'ok'
    }
  }
}
