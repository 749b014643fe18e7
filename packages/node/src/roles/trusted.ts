import { ENTRY_LIMITS, trusted } from '@peerwatch/tier'
import { keepPepper } from '../files/kept-pepper.ts'
import { needed } from './needed.ts'
import { coreOptions } from './service-options.ts'
import { ROLES } from './table.ts'
import type { RoleCode } from './role.ts'

export const serves: RoleCode['serves'] = ({ entry }) => entry?.streams ?? ENTRY_LIMITS.streams

export const service: RoleCode['service'] = given => {
  const { init, records, troop } = given
  return trusted({
    ...coreOptions(given),
    ...(init.pepper == null
      ? { keepPepper: async (pepper: Uint8Array) => keepPepper(needed(init, 'dataDir', ROLES.trusted), pepper) }
      : { pepper: init.pepper }),
    store: records!, // the row says that it keeps records
    isOwnWatcher: id => troop?.has(id) === true,
    ...(init.entry != null && { entry: init.entry })
  })
}
