/**
 * Shows that `docker compose --profile interop up` adds the Go peers that docs/running-in-containers.md tells of.
 *
 *     node scripts/interop-container-test.ts
 *
 * Needs a Docker engine and Go where no image registry can be reached: scripts/make-base-image.sh. Everything it made is removed at its end, but for images.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { composeProject, seconds, serviceOf, step, until, untilAllTell } from './compose-project.ts'
import type { GuestView, StatusView } from '@peerwatch/node/node-view'
import type { Container, LogLine } from './compose-project.ts'

const NAME = 'peerwatch-interop-test'
const GO_IMAGE = 'golang:1.26-bookworm'
const PEERS = 3
const WITHIN_MS = 300_000

const project = composeProject(NAME, {})
const beganMs = performance.now()

async function containersOf(service: string): Promise<Container[]> {
  return (await project.containers()).filter(each => serviceOf(each) === service)
}

async function only(service: string): Promise<Container> {
  const [found, ...others] = await containersOf(service)
  assert.ok(found != null && others.length === 0, `${others.length + (found == null ? 0 : 1)} containers of ${service}`)
  return found
}

async function tells(container: Container, what: string, isLine: (line: LogLine) => boolean): Promise<void> {
  await untilAllTell(project, { withinMs: WITHIN_MS, what, containers: [container], isLine })
}

async function askJson<T>(container: Container, ...command: string[]): Promise<T> {
  const { code, stdout, stderr } = await project.exec(container, 'peerwatch', ...command, '--json')
  assert.equal(code, 0, `${command.join(' ')} in ${container.Name}: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** The id that a Go program tells at its start. */
async function idOf(container: Container): Promise<string> {
  return until(WITHIN_MS, async () => {
    const ready = (await project.log(container)).find(({ event }) => event === 'ready')
    return ready == null ? { missing: `the start of ${container.Name}` } : { found: String(ready['peer']) }
  })
}

/** Whether one of our peers has this one as neighbour, and heard it answer. */
async function isWatched(id: string, isGuest: boolean): Promise<void> {
  const peers = await containersOf('peer')
  assert.equal(peers.length, PEERS)
  await until(WITHIN_MS, async () => {
    for (const peer of peers) {
      const { neighbours } = await askJson<StatusView>(peer, 'status')
      if (neighbours.some(each => each.peer === id && each.guest === isGuest && each.lastAnswerMs != null)) return { found: true }
    }
    return { missing: `${id} among the neighbours of a peer` }
  })
}

async function main(): Promise<void> {
  await step(`engine, docker compose, ${GO_IMAGE}`, async () => {
    execFileSync(new URL('make-base-image.sh', import.meta.url).pathname, [GO_IMAGE], { stdio: ['ignore', 'ignore', 'inherit'] })
  })
  await project.remove()
  await step('built', async () => project.compose('--profile', 'interop', 'build', 'init', 'go-peer'))
  await step(`--profile interop up --scale peer=${PEERS}`, async () => project.compose('--profile', 'interop', 'up', '--detach', '--scale', `peer=${PEERS}`))
  const [reporter, vanilla, ...seeds] = await Promise.all(['go-peer', 'go-vanilla', 'seed-1', 'seed-2'].map(only))
  assert.ok(reporter != null && vanilla != null)
  for (const { Name, Config, HostConfig } of [reporter, vanilla]) {
    assert.deepEqual([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop], ['1000:1000', true, ['ALL']], `${Name} may more than it needs`)
  }
  const [reporterId, guestId] = await Promise.all([idOf(reporter), idOf(vanilla)])
  await step('the Go peer is registered, and its reports are stored', async () => {
    await tells(reporter, 'its registration', ({ event }) => event === 'registered')
    await tells(reporter, 'a stored report', ({ event }) => event === 'stored')
  })
  await step('the Go peer is watched by a TypeScript peer', async () => isWatched(reporterId, false))
  await step('the vanilla host is a guest at both seeds', async () => {
    for (const seed of seeds) {
      await until(WITHIN_MS, async () => {
        const { guests } = await askJson<{ readonly guests: readonly GuestView[] }>(seed, 'guest', 'list')
        return guests.some(({ peer }) => peer === guestId) ? { found: true } : { missing: `${guestId} on the list of ${seed.Name}` }
      })
    }
  })
  await step('the vanilla host is watched by a TypeScript peer', async () => isWatched(guestId, true))
  await step('the Go peer says goodbye to both seeds when it is stopped', async () => {
    await project.compose('--profile', 'interop', 'stop', 'go-peer')
    for (const seed of seeds) await tells(seed, 'the goodbye', ({ event, peer }) => event === 'peer:goodbye' && peer === reporterId)
  })
  console.log(`all of it in ${seconds(beganMs)}`)
}

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
process.once('exit', () => {
  // also where it was interrupted: nothing asynchronous runs here any more
  execFileSync('docker', ['compose', '--project-name', NAME, '--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '5'], { stdio: 'ignore' })
})
try {
  await main()
} catch (error) {
  console.error(await project.compose('ps', '--all').catch(String))
  throw error
}
