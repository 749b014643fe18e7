/** Asks nodes over HTTP: a command for each answer would be a process more on a machine that is busy. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusView } from '@peerwatch/node/node-view'
import type { NodeProcess } from './processes.ts'

async function get(node: NodeProcess, path: string): Promise<Response> {
  const { address, token } = JSON.parse(readFileSync(join(node.data, 'api.json'), 'utf8')) as { address: string; token: string }
  return fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

export async function statusOf(node: NodeProcess): Promise<StatusView> {
  return (await (await get(node, '/v1/status')).json()) as StatusView
}

/** Bytes that this node has sent over all its links since its start; of a trusted node without its watchers. */
export async function sentBytes(node: NodeProcess): Promise<number> {
  const metrics = await (await get(node, '/metrics')).text()
  return Number(/^libp2p_data_transfer_bytes_total\{protocol="global sent"\} (\S+)$/m.exec(metrics)?.[1] ?? 0)
}
