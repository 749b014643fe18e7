/**
 * A play of misdeeds on a whole network: its cast, the stage on which threads run the hosts, and the judge that says whether everything came about as it
 * should.
 *
 * It loads no libp2p: the threads of the stage do.
 *
 * @packageDocumentation
 */
export { CAST_DEFAULTS, castOf, GOOD_WINDOWS, hostsCount, MOST_WINDOWS, PEERS_RANGE, peersCount } from './cast.ts'
export type { Cast, CastInit, Misdeeds } from './cast.ts'
export { fatesOf, isWatchedToTheEnd } from './fates.ts'
export type { Fate } from './fates.ts'
export { judgeRun } from './judge-run.ts'
export { patience } from './patience.ts'
export type { Patience } from './patience.ts'
export { recorder } from './recorder.ts'
export type { Recorder } from './recorder.ts'
export type { CastNode, PeerFate, RunEnd, RunEviction, RunResult } from './result.ts'
export { dealRoles } from './roles.ts'
export type { Behaviour, PlayRole } from './roles.ts'
export { openStage } from './stage.ts'
export type { Stage, StageInit } from './stage.ts'
export { spreadOf, summarise } from './summary.ts'
export type { BehaviourSummary, RunsSummary, Quartiles } from './summary.ts'
export type { Accused, Told, ToldDetail, ToldStanding } from './thread-messages.ts'
