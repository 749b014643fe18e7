import { watcher } from '@peerwatch/tier'
import { needed } from './needed.ts'
import { peerOptions } from './service-options.ts'
import { ROLES } from './table.ts'
import type { RoleCode } from './role.ts'

export const serves: RoleCode['serves'] = () => 0

export const service: RoleCode['service'] = given => watcher({ ...peerOptions(given), owner: needed(given.init, 'owner', ROLES.watcher) })
