import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { startCommand } from './command.ts'
import type { Command } from './command.ts'

/** A folder with the files of a network of one seed and one trusted node below `net`, where commands are run. */
export interface CliNetwork {
  /** Only once the tests run. */
  readonly root: () => string
  /** Of the seed. */
  readonly port: () => number
  /** Starts what goes on, such as a node; what has not ended with the tests is killed. */
  readonly start: (...args: string[]) => Command
}

/**
 * Made before the tests of the file that calls this, removed after them.
 *
 * @param prepare - what else the tests need: two `before` of one file would not wait for each other
 */
export function cliNetwork(name: string, prepare?: () => Promise<void>): CliNetwork {
  let root = ''
  let port = 0
  const running = new Set<Command>()
  before(async () => {
    root = await mkdtemp(join(tmpdir(), `peerwatch-${name}-`))
    ;[port = 0] = await freePorts(2)
    await initNetwork({ directory: join(root, 'net'), nowMs: Date.now(), preset: 'demo', seeds: 1, trusted: 1, seedPort: port, trustedPort: port + 1 })
    await prepare?.()
  })
  after(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  })
  return { root: () => root, port: () => port, start: (...args) => startCommand(args, { cwd: root }, running) }
}
