import { REGISTRY_SERVER_DEFAULTS, seed } from '@peerwatch/seed'
import { coreOptions } from './service-options.ts'
import type { RoleCode } from './role.ts'

export const serves: RoleCode['serves'] = ({ registry }) => registry?.mostStreams ?? REGISTRY_SERVER_DEFAULTS.mostStreams

export const service: RoleCode['service'] = given => {
  const { registry } = given.init
  return seed({ ...coreOptions(given), ...(registry != null && { registry }) })
}
