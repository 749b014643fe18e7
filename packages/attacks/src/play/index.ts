/**
 * A play of misdeeds on a whole network: its cast, the stage on which threads run the hosts, and the judge that says whether all came about as it should.
 *
 * Loads no libp2p: the threads of the stage do.
 *
 * @packageDocumentation
 */
export { CAST, dealRoles, HOSTS_COUNT, PRESET, WATCHERS_COUNT } from './cast.ts'
export type { Role } from './cast.ts'
export { isShown, judgeRun } from './judge-run.ts'
export { patience } from './patience.ts'
export type { Patience } from './patience.ts'
export { recorder } from './recorder.ts'
export type { Recorder } from './recorder.ts'
export type { CastNode, RunEnd, RunEviction, RunResult } from './result.ts'
export { openStage } from './stage.ts'
export type { Stage, StageInit } from './stage.ts'
export type { Accused, Told, ToldDetail, ToldStanding } from './thread-messages.ts'
