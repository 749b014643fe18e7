/**
 * The `peerwatch` command with one role more: the row below is all that the role needs.
 */
import { runProgram } from '../../packages/cli/src/program.ts'
import { ROLES } from '@peerwatch/node/roles'
import type { Role, Roles } from '@peerwatch/node/roles'

/** Tells the network's small talk and looks for neighbours, and keeps its key in a folder that its operator made. */
const herald: Role = {
  noun: 'a herald',
  about: 'run a herald: a peer that has a folder of its own',
  member: undefined,
  needs: ['dataDir'],
  needsSeeds: true,
  talks: true,
  ownsWatchers: false,
  offers: [],
  files: { folder: 'herald-1', records: false },
  options: ['every', 'peers'],
  sparesMemory: true,
  misbehaves: false,
  stops: 1,
  load: ROLES.peer.load
}

const roles: Roles = { ...ROLES, herald }

process.exitCode = await runProgram(process.argv.slice(2), roles)
