import { Option } from 'commander'
import type { Command } from 'commander'

/** The flag of every command that asks the node of a data folder. */
export function addDataFlag(command: Command): Command {
  return command.addOption(
    new Option(
      '--data <folder>',
      'data folder of the node (default: that of PEERWATCH_CONFIG, else the only one below ./peerwatch-data that has a running node)'
    ).env('PEERWATCH_DATA')
  )
}
