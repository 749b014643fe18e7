/**
 * The files of nodes and commands: keys, network.json, node.json, api.json, and the lock of a data folder.
 *
 * @packageDocumentation
 */
export { NodeError } from '../errors.ts'
export type { NodeProblem } from '../errors.ts'
export { findDataFolder, removeApiFile, writeApiFile } from './api-file.ts'
export { checkFree } from './check-free.ts'
export { checkRole } from './check-role.ts'
export { checkIdentity, checkUnmarked, readIdentity, wordOf, writeIdentity } from './identity.ts'
export type { AdoptionClaim, IdentityClaim } from './identity.ts'
export { databaseError, lockDataFolder } from './data-folder.ts'
export type { DataLock } from './data-folder.ts'
export { readDataKey, readOrCreateKey } from './key-file.ts'
export { defaultListen } from './default-listen.ts'
export { defaultDataFolder, FILES, STDOUT } from './layout.ts'
export { findListenError, listenProblem } from './listen-error.ts'
export { fileRemedy, fileTrouble, isForbidden, isMissing } from './read-text.ts'
export { loadNetworkFolder } from './network-folder.ts'
export { loadNodeFolder } from './node-folder.ts'
export { makeFolder } from './make-folder.ts'
export { replaceFile } from './replace-file.ts'
export { seedElsewhere, seedElsewhereProblem } from './seed-place.ts'
export type { SeedElsewhere } from './seed-place.ts'
export type { NodeFolder } from './node-folder.ts'
