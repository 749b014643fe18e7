import { wholeNumber, yesNo } from '../kind.ts'
import { DAY_MS } from './limit.ts'
import type { Options } from '../option.ts'

/** How many neighbours a peer has, and what small talk it makes. */
export const NEIGHBOURS = {
  targetDegree: {
    kind: wholeNumber(0, 512),
    placeholder: 'count',
    unit: 'neighbours',
    default: 8,
    about: 'neighbours to look for; the node itself chooses half of them, and three at least, however many strangers dial it',
    raised: 'it sees more peers and is seen by more, at a ping an interval and the gossip of each',
    lowered: 'less traffic; below 3 it judges nobody by forwarding and is easily surrounded',
    set: 'peers',
    live: true
  },
  maxDegree: {
    kind: wholeNumber(1, 512),
    placeholder: 'count',
    unit: 'neighbours',
    defaultText: "the roster's maxDegree, which bounds it too",
    about: 'neighbours at most; beyond it the node ends the worst links of those that dialled it, as docs/limits.md says',
    raised: 'it serves more peers that dial it',
    lowered: 'less traffic; newcomers find fewer nodes that take them',
    set: 'peers',
    live: true
  },
  'chat.everyMs': {
    kind: wholeNumber(10, DAY_MS),
    placeholder: 'ms',
    unit: 'ms',
    default: 5_000,
    about: "pause between two messages of the network's small talk",
    raised: 'less traffic; corrupt relays are seen later',
    lowered: 'corrupt relays are seen sooner',
    set: 'peers',
    live: true
  },
  'chat.count': {
    kind: wholeNumber(0, 1_000_000_000),
    placeholder: 'count',
    unit: 'messages',
    defaultText: 'no end',
    about: 'messages to send in all; 0 for none',
    set: 'peers'
  },
  'chat.firstSights': {
    kind: yesNo(),
    default: true,
    about: 'a log line for each first sight of a gossip message; leave out under load',
    aboutNot: 'no log line for each first sight of a gossip message',
    set: 'peers'
  }
} satisfies Options
