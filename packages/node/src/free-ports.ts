import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that a kernel gives away by itself (32,768 on Linux, 49,152 elsewhere): nobody's outgoing connection takes one meanwhile. */
const FIRST_PORT = 10_000
const LAST_PORT = 30_000
const TRIES = 1_000

/** Ports in a row on loopback that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const first = randomInt(FIRST_PORT, LAST_PORT)
    const ports = Array.from({ length: count }, (_, index) => first + index)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return ports
  }
  throw new RangeError(`found no ${count} free ports in a row`)
}

async function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
