import { peerwatch } from '@peerwatch/peer'
import { peerOptions } from './service-options.ts'
import type { RoleCode } from './role.ts'

export const serves: RoleCode['serves'] = () => 0

export const service: RoleCode['service'] = given => peerwatch(peerOptions(given))
