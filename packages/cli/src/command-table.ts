import type { Roles } from '@peerwatch/node/roles'
import type { Command } from 'commander'

export interface CommandRow {
  /** The commands that its module adds; undefined where a table of roles has them. */
  readonly names: readonly string[]
  /** The heading in the help. */
  readonly group: string
  readonly add: (program: Command, roles?: Roles, word?: string) => Promise<void>
}

const SEE = 'See it at work:'
const RUN = 'Make a network, run its nodes:'
const ASK = 'Ask the node that runs here:'
const CARE = 'Look after a node:'
const HELP = 'Help:'

/** Those of Peerwatch, for commands that take the name of a role. */
async function table(roles: Roles | undefined): Promise<Roles> {
  return roles ?? (await import('@peerwatch/node/roles')).ROLES
}

/** The commands of the roles, whatever they are called; of a role that is asked for its own alone. */
const OF_ROLES: CommandRow = {
  names: [],
  group: RUN,
  add: async (program, roles, word = '') => {
    const all = await table(roles)
    // before anything else is loaded: what V8 has compiled for speed by then stays
    if (all[word]?.sparesMemory === true) (await import('./spare-memory.ts')).spareMemory()
    ;(await import('./commands/run.ts')).addRunCommands(program, all, word)
  }
}

/** Every command in the order of the help. A process loads the module of the command that it was started for, and no other. */
const COMMANDS: readonly CommandRow[] = [
  { names: ['demo'], group: SEE, add: async program => (await import('./commands/demo.ts')).addDemoCommand(program) },
  { names: ['init'], group: RUN, add: async program => (await import('./commands/init.ts')).addInitCommand(program) },
  { names: ['roster'], group: RUN, add: async program => (await import('./commands/roster.ts')).addRosterCommand(program) },
  OF_ROLES,
  { names: ['new'], group: RUN, add: async program => (await import('./commands/new.ts')).addNewCommand(program) },
  { names: ['nodes'], group: ASK, add: async program => (await import('./commands/nodes.ts')).addNodesCommand(program) },
  {
    names: ['status', 'standing', 'evictions', 'allow'],
    group: ASK,
    add: async program => (await import('./commands/ask.ts')).addAskCommands(program)
  },
  { names: ['peers', 'top'], group: ASK, add: async program => (await import('./commands/peers.ts')).addPeersCommands(program) },
  { names: ['appeal'], group: ASK, add: async program => (await import('./commands/appeal.ts')).addAppealCommand(program) },
  { names: ['reinstate'], group: ASK, add: async program => (await import('./commands/reinstate.ts')).addReinstateCommand(program) },
  { names: ['tree'], group: ASK, add: async program => (await import('./commands/tree.ts')).addTreeCommand(program) },
  { names: ['guest'], group: ASK, add: async program => (await import('./commands/guest.ts')).addGuestCommands(program) },
  { names: ['health'], group: ASK, add: async program => (await import('./commands/health.ts')).addHealthCommand(program) },
  { names: ['events'], group: ASK, add: async program => (await import('./commands/events.ts')).addEventsCommand(program) },
  { names: ['logs'], group: ASK, add: async program => (await import('./commands/logs.ts')).addLogsCommand(program) },
  { names: ['export'], group: CARE, add: async program => (await import('./commands/export.ts')).addExportCommand(program) },
  { names: ['erase'], group: CARE, add: async program => (await import('./commands/erase.ts')).addEraseCommand(program) },
  { names: ['rotate'], group: CARE, add: async program => (await import('./commands/rotate.ts')).addRotateCommand(program) },
  { names: ['name'], group: CARE, add: async program => (await import('./commands/name.ts')).addNameCommand(program) },
  { names: ['config'], group: CARE, add: async (program, roles) => (await import('./commands/config.ts')).addConfigCommand(program, await table(roles)) },
  { names: ['reload'], group: CARE, add: async program => (await import('./commands/reload.ts')).addReloadCommand(program) },
  { names: ['doctor'], group: CARE, add: async (program, roles) => (await import('./commands/doctor.ts')).addDoctorCommand(program, await table(roles)) },
  {
    names: ['completion', 'complete'],
    group: HELP,
    add: async (program, roles) => (await import('./commands/completion.ts')).addCompletionCommand(program, roles)
  },
  { names: ['version'], group: HELP, add: async program => (await import('./commands/version.ts')).addVersionCommand(program) }
]

/** Those that the first word of a command line asks for; all where it asks for none, as when help is wanted. */
export async function rowsOf(word: string, roles?: Roles): Promise<readonly CommandRow[]> {
  const named = COMMANDS.filter(({ names }) => names.includes(word))
  if (named.length > 0) return named
  return Object.hasOwn(await table(roles), word) ? [OF_ROLES] : COMMANDS
}
