/**
 * Attacks on a real local network, each with what must come of it. They make `npm run attacks` and the table of docs/threat-model.md.
 *
 * @packageDocumentation
 */
import { anotherName } from './another-name.ts'
import { comesAndGoes } from './comes-and-goes.ts'
import { corruptsOneAuthor } from './corrupts-one-author.ts'
import { corrupts } from './corrupts.ts'
import { corruptsOneVictim } from './corrupts-one-victim.ts'
import { dies } from './dies.ts'
import { falseNotices } from './false-notices.ts'
import { floods } from './floods.ts'
import { framesARelay } from './frames-a-relay.ts'
import { freeRides } from './free-rides.ts'
import { garbage } from './garbage.ts'
import { knocksFirst } from './knocks-first.ts'
import { liesInverted } from './lies-inverted.ts'
import { longTags } from './long-tags.ts'
import { lyingMember } from './lying-member.ts'
import { lyingSeedCount } from './lying-seed-count.ts'
import { manyStreams } from './many-streams.ts'
import { multiplexerPings } from './multiplexer-pings.ts'
import { onOff } from './on-off.ts'
import { oneByteFrames } from './one-byte-frames.ts'
import { replays } from './replays.ts'
import { seedHoursAhead } from './seed-hours-ahead.ts'
import { selfAccuses } from './self-accuses.ts'
import { silentStrangers } from './silent-strangers.ts'
import { slanders } from './slanders.ts'
import { slowReader } from './slow-reader.ts'
import { spoilsSignatures } from './spoils-signatures.ts'
import { thirdParty } from './third-party.ts'
import { throwsAway } from './throws-away.ts'
import { tierCalls } from './tier-calls.ts'
import { trustedHoursBehind } from './trusted-hours-behind.ts'
import { twoVoices } from './two-voices.ts'
import { whitewash } from './whitewash.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** All attacks, in the order of their names. A new one is a file beside this one, an import and a line. */
// biome-ignore format: a line for each, so that additions merge
export const ATTACKS: readonly AttackRun[] = [
  anotherName,
  comesAndGoes,
  corrupts,
  corruptsOneAuthor,
  corruptsOneVictim,
  dies,
  falseNotices,
  floods,
  framesARelay,
  freeRides,
  garbage,
  knocksFirst,
  liesInverted,
  longTags,
  lyingMember,
  lyingSeedCount,
  manyStreams,
  multiplexerPings,
  onOff,
  oneByteFrames,
  replays,
  seedHoursAhead,
  selfAccuses,
  silentStrangers,
  slanders,
  slowReader,
  spoilsSignatures,
  thirdParty,
  throwsAway,
  tierCalls,
  trustedHoursBehind,
  twoVoices,
  whitewash
]
