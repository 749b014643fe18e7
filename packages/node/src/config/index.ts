/**
 * The options of a node that runs: one table, and what is read from a YAML file, `PEERWATCH_*` variables and flags. Loads neither libp2p nor, before a file is read, yaml.
 *
 * @packageDocumentation
 */
export { changesBetween } from './changes.ts'
export type { Change, Changes } from './changes.ts'
export { parseConfigFile, readConfigFile } from './config-file.ts'
export type { ConfigFile, Place } from './config-file.ts'
export { configSchema } from './json-schema.ts'
export { dialledAddress, expectation, peer } from './kind.ts'
export type { Kind } from './kind.ts'
export type { Option } from './option.ts'
export { nameOf, placeText, resolveConfig, unknownVariables } from './resolve-config.ts'
export type { Config, Flags, Setting, Source } from './resolve-config.ts'
export { findOption, flagOf, OPTION_NAMES, OPTIONS, variableOf } from './table.ts'
export type { OptionName, OptionValue } from './table.ts'
