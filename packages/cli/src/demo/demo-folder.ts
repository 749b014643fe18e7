import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@peerwatch/node/make-folder'

/** The folder of one demo, whether it runs once or often. The logs stay there: they tell what each host did, and how an odd run came about. */
export interface DemoFolder {
  /** Makes the folder of a run, with `logs` in it. */
  readonly ofRun: (run: number) => Promise<string>
  /** Says where the logs are. */
  readonly logsLine: () => string
}

/** @param root - the folder for temporary files */
export async function demoFolder(isRepeated: boolean, root = tmpdir()): Promise<DemoFolder> {
  const folder = await mkdtemp(join(root, 'peerwatch-demo-'))
  return {
    ofRun: async run => {
      const own = isRepeated ? join(folder, `run-${run}`) : folder
      await makeFolder(join(own, 'logs'))
      return own
    },
    logsLine: () => (isRepeated ? `Logs, a folder for each run: ${folder}` : `Logs, one file per host: ${join(folder, 'logs')}`)
  }
}
