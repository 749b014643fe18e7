import { ENTRY_LIMITS, trusted } from '@peerwatch/tier'
import { needed } from './needed.ts'
import { coreOptions } from './service-options.ts'
import { ROLES } from './table.ts'
import type { RoleCode } from './role.ts'

export const serves: RoleCode['serves'] = ({ entry }) => entry?.streams ?? ENTRY_LIMITS.streams

export const service: RoleCode['service'] = given => {
  const { init, records, troop } = given
  return trusted({
    ...coreOptions(given),
    pepper: needed(init, 'pepper', ROLES.trusted),
    store: records!, // the row says that it keeps records
    isOwnWatcher: id => troop?.has(id) === true,
    ...(init.entry != null && { entry: init.entry })
  })
}
