/**
 * Shows that the network of docker-compose.yml does what docs/running-in-containers.md says, and prints its figures.
 *
 *     npm run test:containers -- --peers 20
 *
 * Needs a Docker engine, or root on a Debian machine: scripts/make-base-image.sh then starts one. Everything it made is removed at its end.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { composeProject, docker, seconds, serviceOf, step, until, untilAllTell } from './compose-project.ts'
import type { EvictionView, StatusView } from '@peerwatch/node/node-view'
import type { Container, LogLine } from './compose-project.ts'

const { values } = parseArgs({ options: { peers: { type: 'string', default: '20' }, preset: { type: 'string', default: 'lan' } } })
const peers = Number(values.peers)
assert.ok(Number.isInteger(peers) && peers >= 4 && peers <= 200, `--peers is ${values.peers}; expected a whole number from 4 to 200`)
const { preset } = values
/** Deadlines are for what hangs; how long it took is printed. */
const WITHIN_MS = { healthy: 900_000, answer: 120_000, gossip: 300_000, evicted: 900_000, removed: 600_000, goodbye: 300_000 }
const LEFT_BY_SCALING = 2
const SIZE_RATIO_MOST = 1.5
const BASE = 'node:24-bookworm-slim'
const IMAGE = 'peerwatch:local'
const SCALE = ['--scale', `peer=${peers}`]

const project = composeProject('peerwatch-test', { PEERWATCH_PRESET: preset })
const beganMs = performance.now()

async function containersOf(isWanted: (service: string) => boolean): Promise<Container[]> {
  const found = await project.containers()
  return found.filter(each => isWanted(serviceOf(each))).toSorted((a, b) => a.Name.localeCompare(b.Name, 'en', { numeric: true }))
}

const isPeer = (service: string): boolean => service === 'peer'
const isSeed = (service: string): boolean => service.startsWith('seed-')
const isAttacker = (service: string): boolean => ['corrupter', 'flooder', 'liar'].includes(service)
const isHonestNode = (service: string): boolean => service !== 'init' && !isAttacker(service)

async function idOf(container: Container): Promise<string> {
  return until(WITHIN_MS.healthy, async () => {
    const started = (await project.log(container)).find(({ event }) => event === 'node:started')
    return started == null ? { missing: `the start of ${container.Name}` } : { found: String(started['peer']) }
  })
}

async function allTell(withinMs: number, what: string, containers: readonly Container[], isLine: (line: LogLine) => boolean): Promise<void> {
  await untilAllTell(project, { withinMs, what, containers, isLine })
}

/** A node on a machine that is short of processors may answer too late: it is asked again. */
async function askJson<T>(container: Container, ...command: string[]): Promise<T> {
  return until(WITHIN_MS.answer, async () => {
    const { code, stdout, stderr } = await project.exec(container, 'peerwatch', ...command, '--json')
    return code === 0 ? { found: JSON.parse(stdout) as T } : { missing: `${command.join(' ')} in ${container.Name}: ${stderr}` }
  })
}

async function allHealthy(): Promise<void> {
  await until(WITHIN_MS.healthy, async () => {
    const nodes = await containersOf(isHonestNode)
    const ill = nodes.filter(({ State }) => State.Health?.Status !== 'healthy')
    return ill.length === 0 && nodes.length > peers ? { found: true } : { missing: `health of ${ill.map(({ Name }) => Name).join(', ')}` }
  })
}

async function takesPart(container: Container): Promise<void> {
  const id = await idOf(container)
  await until(WITHIN_MS.gossip, async () => {
    const { registry, neighbours } = await askJson<StatusView>(container, 'status')
    const connected = neighbours.filter(({ state }) => state === 'connected').length
    return registry.state === 'registered' && connected >= 2 ? { found: true } : { missing: `${container.Name}: ${registry.state}, ${connected} neighbours` }
  })
  await allTell(WITHIN_MS.gossip, 'gossip of others', [container], ({ event, origin }) => event === 'chat:first-sight' && origin !== id)
}

/** From what Docker says of all containers, and by trying it in one. */
async function isolation(): Promise<void> {
  const nodes = await containersOf(service => service !== 'init')
  const seen = new Map<string, string>()
  for (const node of nodes) {
    const { Name, Config, HostConfig, Mounts } = node
    assert.equal(Config.User, '1000:1000', `${Name} runs as ${Config.User}`)
    assert.ok(HostConfig.ReadonlyRootfs, `${Name} may write to its root file system`)
    assert.deepEqual(HostConfig.CapDrop, ['ALL'], `${Name} has capabilities`)
    assert.deepEqual(Object.keys(HostConfig.PortBindings ?? {}), [], `${Name} has host ports`)
    for (const { Name: volume = '', Destination } of Mounts) {
      assert.notEqual(volume, 'peerwatch-test_network', `${Name} sees the authority's key`)
      if (volume === 'peerwatch-test_public') continue
      assert.equal(seen.get(volume), undefined, `${Name} shares ${Destination} with ${seen.get(volume)}`)
      seen.set(volume, Name)
    }
    const places = Mounts.map(({ Destination }) => Destination).toSorted((a, b) => a.localeCompare(b))
    assert.deepEqual(places, isPeer(serviceOf(node)) ? ['/data', '/network'] : ['/data', '/network', '/node'], `${Name} mounts ${places.join(', ')}`)
    for (const { Destination, RW } of Mounts) assert.equal(RW, Destination === '/data', `${Name}: ${Destination}`)
  }
  const [peer] = await containersOf(isPeer)
  assert.ok(peer != null)
  const tried = await project.exec(
    peer,
    'sh',
    '-c',
    'id -u; ls -A /network; ! touch /app/new 2>/dev/null; ! touch /network/new 2>/dev/null; ! ls /node 2>/dev/null; command -v peerwatch'
  )
  assert.deepEqual([tried.code, tried.stdout], [0, '1000\nnetwork.json\n/usr/local/bin/peerwatch\n'])
}

async function lookedAt(): Promise<void> {
  const lines = (await project.compose('logs', '--no-log-prefix', 'seed-1')).split('\n').filter(line => line.startsWith('{'))
  assert.ok(lines.some(line => (JSON.parse(line) as LogLine).event === 'node:started'))
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-authority-'))
  try {
    await project.compose('cp', 'init:/network/authority/key', join(folder, 'key'))
    assert.ok((await readFile(join(folder, 'key'))).byteLength > 0)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function networkDigest(): Promise<string> {
  const [seed] = await containersOf(isSeed)
  assert.ok(seed != null)
  return (await project.exec(seed, 'sha256sum', '/network/network.json')).stdout
}

/** Those who corrupt and flood are evicted by every node; who only lies is not believed, and nobody else is evicted. */
async function attack(): Promise<void> {
  await project.compose('--profile', 'attack', 'up', '--detach', '--no-recreate', ...SCALE)
  const attackers = await containersOf(service => service === 'corrupter' || service === 'flooder')
  assert.equal(attackers.length, 2)
  const evictable = new Set(await Promise.all(attackers.map(idOf)))
  const honest = await containersOf(isHonestNode)
  for (const attacker of attackers) {
    const id = await idOf(attacker)
    await step(`the ${serviceOf(attacker)} is evicted by all ${honest.length} nodes`, async () => {
      await allTell(WITHIN_MS.evicted, `the eviction of the ${serviceOf(attacker)}`, honest, ({ event, peer }) => event === 'peer:evicted' && peer === id)
    })
  }
  const index = String(Math.min(7, peers))
  const asked = await until(WITHIN_MS.answer, async () =>
    project.compose('exec', '-T', '--index', index, 'peer', 'peerwatch', 'evictions', '--json').then(
      found => ({ found }),
      (error: unknown) => ({ missing: `evictions of peer ${index}: ${String(error)}` })
    )
  )
  const { evictions } = JSON.parse(asked) as { evictions: EvictionView[] }
  assert.deepEqual(new Set(evictions.map(({ peer }) => peer)), evictable, 'somebody else is evicted')
}

async function scaleDown(): Promise<void> {
  const before = await containersOf(isPeer)
  const ids = new Map(await Promise.all(before.map(async each => [each.Id, await idOf(each)] as const)))
  await project.compose('up', '--detach', '--no-recreate', '--scale', `peer=${peers - LEFT_BY_SCALING}`)
  for (const { Id } of await containersOf(isPeer)) ids.delete(Id)
  assert.equal(ids.size, LEFT_BY_SCALING)
  // compose forgets the volumes of containers that it scales away
  const volumes = before.filter(({ Id }) => ids.has(Id)).flatMap(({ Mounts }) => Mounts.filter(({ Destination }) => Destination === '/data'))
  await docker('volume', 'rm', ...volumes.map(({ Name = '' }) => Name))
  const seeds = await containersOf(isSeed)
  for (const id of ids.values()) await allTell(WITHIN_MS.goodbye, `the goodbye of ${id}`, seeds, ({ event, peer }) => event === 'peer:goodbye' && peer === id)
}

async function killOne(): Promise<void> {
  const [victim] = await containersOf(isPeer)
  assert.ok(victim != null)
  const id = await idOf(victim)
  await docker('kill', victim.Id)
  const seeds = await containersOf(isSeed)
  await allTell(WITHIN_MS.removed, `the removal of ${id}`, seeds, ({ event, peer }) => event === 'peer:removed' && peer === id)
}

async function sizeBytes(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))
}

/** From the start of its container to its own word. */
async function startMs(container: Container): Promise<number> {
  const started = (await project.log(container)).find(({ event }) => event === 'node:started')
  return Date.parse(started?.time ?? '') - Date.parse(container.State.StartedAt)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

async function figures(healthyAfter: string): Promise<void> {
  const [base, image] = await Promise.all([sizeBytes(BASE), sizeBytes(IMAGE)])
  const nodes = await containersOf(isPeer)
  const usage = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', ...nodes.map(({ Id }) => Id))
  const memory = usage.match(/^[\d.]+MiB/gm)?.map(text => Number.parseFloat(text)) ?? []
  const starts = await Promise.all((await containersOf(isSeed)).map(startMs))
  console.log(`
image                      ${(image / 1e6).toFixed(0)} MB, ${(image / base).toFixed(2)} × its base of ${(base / 1e6).toFixed(0)} MB
from up to all healthy     ${healthyAfter}, ${peers} peers, preset ${preset}
start of a seed's process  ${median(starts)} ms
memory of a peer           ${median(memory).toFixed(0)} MiB (median), ${Math.max(...memory).toFixed(0)} MiB (most)`)
  assert.ok(image / base <= SIZE_RATIO_MOST, `the image is ${image / base} times its base`)
}

async function main(): Promise<void> {
  await step('engine, docker compose and base image', async () => {
    execFileSync(new URL('make-base-image.sh', import.meta.url).pathname, { stdio: ['ignore', 'ignore', 'inherit'] })
  })
  await project.remove()
  await step('built', async () => project.compose('build', 'init'))
  const upMs = performance.now()
  await step(`up --build --scale peer=${peers}`, async () => project.compose('up', '--build', '--detach', ...SCALE))
  await step('every node is healthy', allHealthy)
  const healthyAfter = seconds(upMs)
  const digest = await networkDigest()
  await step('peers see nothing private, nobody is root, root file systems are read-only', isolation)
  await step('every peer is registered, has neighbours and receives gossip', async () => {
    for (const peer of await containersOf(isPeer)) await takesPart(peer)
  })
  await step("a seed's log is shown, and the authority's key can be taken out", lookedAt)
  await figures(healthyAfter)
  await attack()
  assert.equal(await networkDigest(), digest, 'init made the network anew')
  await step(`who leaves by --scale peer=${peers - LEFT_BY_SCALING} says goodbye to both seeds`, scaleDown)
  await step('a killed peer is removed by both seeds', killOne)
  console.log(`all of it in ${seconds(beganMs)}`)
}

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
process.once('exit', () => {
  // also where it was interrupted: nothing asynchronous runs here any more
  execFileSync('docker', ['compose', '--project-name', 'peerwatch-test', '--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '5'], {
    stdio: 'ignore'
  })
})
try {
  await main()
} catch (error) {
  console.error(await project.compose('ps', '--all').catch(String))
  throw error
}
