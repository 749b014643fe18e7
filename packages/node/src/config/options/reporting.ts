import { DAY_MS, limit } from './limit.ts'
import type { Options } from '../option.ts'

/** How a peer brings its reports to an entry. */
export const REPORTING = {
  'reporting.mostPending': limit('peers', {
    most: 10_000_000,
    unit: 'reports',
    default: 10_000,
    about: 'reports kept on disk while nobody takes them; the oldest beyond are given up',
    raised: 'a longer outage of the trusted nodes is bridged, at about 600 bytes each',
    lowered: 'less disk'
  }),
  'reporting.flushMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 2_000,
    about: 'how long a stopping node waits for answers; what is left stays on disk',
    raised: 'fewer reports wait for the next start',
    lowered: 'it stops sooner'
  }),
  'reporting.dialTimeoutMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 10_000,
    about: 'until the dial of an entry counts as failed',
    raised: 'slow links work',
    lowered: 'the other entry is used sooner'
  }),
  'reporting.answerTimeoutMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    defaultText: 'a window, within 3,000 and 15,000',
    about: 'until an entry that does not answer is left for the other; longer, up to 8 times, for one whose answers come late',
    raised: 'busy entries are kept',
    lowered: 'silent entries are left sooner'
  }),
  'reporting.leastBackoffMs': limit('peers', {
    most: 600_000,
    unit: 'ms',
    default: 500,
    about: 'first pause before an entry is dialled again; doubled with every failure',
    raised: 'fewer dials against entries that are gone',
    lowered: 'reports flow again sooner'
  }),
  'reporting.mostBackoffMs': limit('peers', {
    most: DAY_MS,
    unit: 'ms',
    defaultText: 'two windows, within 4,000 and 60,000',
    about: 'the longest such pause',
    raised: 'fewer dials against entries that are gone for long',
    lowered: 'reports flow again sooner after a long outage of the entries'
  })
} satisfies Options
