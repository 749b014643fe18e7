import { ApiError } from './api-error.ts'
import type { NodeView, PublishedRosterView } from './node-view.ts'

/** Base64 of the largest roster, and the JSON around it. */
export const ROSTER_BODY_MOST = 96 * 1024

/** `POST /v1/roster` with `{ "roster": BASE64, "force": BOOLEAN, "check": BOOLEAN }`: the node checks the authority's signature, takes it where it is newer, and hands it on. */
export async function publishRoster(view: NodeView, body: unknown): Promise<PublishedRosterView> {
  const { roster, force = false, check = false } = (typeof body === 'object' && body != null ? body : {}) as Readonly<Record<string, unknown>>
  if (typeof roster !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(roster)) throw new ApiError('bad-request', 'roster: expected base64')
  if (typeof force !== 'boolean') throw new ApiError('bad-request', 'force: expected true or false')
  if (typeof check !== 'boolean') throw new ApiError('bad-request', 'check: expected true or false')
  try {
    return await view.publishRoster(Buffer.from(roster, 'base64'), { isForced: force, isCheck: check })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'bad-roster') throw error
    const { network } = view.status()
    throw new ApiError('bad-roster', (error as Error).message, {
      found: `the node, of the network "${network}", does not take it: ${(error as Error).message}`,
      expected: 'a roster that the authority of its network signed',
      remedy: 'give the folder of that network, or name a node of the other one with --data: `peerwatch nodes` lists them'
    })
  }
}
