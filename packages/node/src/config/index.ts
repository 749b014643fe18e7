/**
 * The options of a node that runs: one table, and what is read from a YAML file, `PEERWATCH_*` variables and flags. Loads neither libp2p nor, before a file is read, yaml.
 *
 * @packageDocumentation
 */
export { changesBetween } from './changes.ts'
export type { Change } from './changes.ts'
export { parseConfigFile, readConfigFile } from './config-file.ts'
export type { ConfigFile } from './config-file.ts'
export { configSchema } from './json-schema.ts'
export { expectation, peer } from './kind.ts'
export type { Kind } from './kind.ts'
export { placeText, resolveConfig, unknownVariables } from './resolve-config.ts'
export type { Config, Flags, Setting } from './resolve-config.ts'
export { findOption, flagOf, OPTION_NAMES, variableOf } from './table.ts'
export type { OptionName } from './table.ts'
