import { Option } from 'commander'
import { configuredPlaces } from '../configured-places.ts'
import { say } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from 'commander'
import type { Rotation } from '@peerwatch/node/rotate'

interface RotateFlags {
  readonly data?: string
  readonly json?: true
}

const HELP = `
Makes a new key in storage.key, seals all records anew with it, and then removes the old key. The node must be stopped. Whatever ends the
command, all records can be read: run it again, or start the node, and it goes on.

Example:
  $ peerwatch rotate --data peerwatch-data/trusted-1`

function rotationText(data: string, { keyNumber, resealedCount, wasBegun }: Rotation): string {
  return [
    ...(wasBegun ? [`a rotation of ${data} was begun before: it is finished now, and no further key was made`] : []),
    `storage key ${keyNumber} is the only key of ${data}: ${resealedCount} ${resealedCount === 1 ? 'value was' : 'values were'} sealed anew`
  ].join('\n')
}

/** `rotate`: another storage key for a trusted node. */
export function addRotateCommand(program: Command): void {
  program
    .command('rotate')
    .description('change the storage key of a trusted node that is stopped')
    .addOption(new Option('--data <folder>', 'data folder of the node (default: that of PEERWATCH_CONFIG)').env('PEERWATCH_DATA'))
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ data: named, json }: RotateFlags) => {
      // an empty variable counts as none
      const data = named || (await configuredPlaces()).data
      if (data == null || data === '') throw new UsageError('no data folder is named', '--data with the folder of a trusted node that is stopped')
      const { rotateKeyOf } = await import('@peerwatch/node/rotate')
      const rotation = await rotateKeyOf(data)
      if (json === true) console.log(JSON.stringify(rotation))
      else say(rotationText(data, rotation))
    })
}
