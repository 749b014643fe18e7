/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify takes promises and answers their rejections; the rule means Express */
import { randomBytes } from 'node:crypto'
import { readPeerId } from '@peerwatch/link'
import { fastify } from 'fastify'
import { addGuest, removeGuest } from './guest-route.ts'
import { findListenError } from '../files/listen-error.ts'
import { ApiError, toApiError } from './api-error.ts'
import { eventStreams } from './event-streams.ts'
import { histories } from './history-route.ts'
import { allowedHosts, isAuthorized, isLoopback } from './guards.ts'
import { publishRoster, ROSTER_BODY_MOST } from './roster-route.ts'
import { ROLES } from '../roles/index.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { EventStreams } from './event-streams.ts'
import type { GuestQuery } from './guest-route.ts'
import type { HistoryQuery } from './history-route.ts'
import type { NodeView } from './node-view.ts'
import type { Offer } from '../roles/role.ts'

export interface HttpServerInit {
  readonly view: NodeView
  /** Whose metrics `/metrics` shows; see `nodeMetrics`. */
  readonly metrics: Registry
  /** Default 127.0.0.1. Any other host shows the API to the network; the token still guards `/v1`. */
  readonly host?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Told of errors that are the node's own. */
  readonly onError?: (error: unknown) => void
}

export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Random; `/v1` wants `Authorization: Bearer TOKEN`. */
  readonly token: string
  readonly close: () => Promise<void>
}

const BODY_BYTES_MOST = 16 * 1024
const TOKEN_BYTES = 32
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

type GuestRequest = FastifyRequest<{ Querystring: GuestQuery }>
type EventsRequest = FastifyRequest<{ Querystring: { recent?: string } }>
type HistoryRequest = FastifyRequest<{ Params: { peer: string }; Querystring: HistoryQuery }>
type PeersRequest = FastifyRequest<{ Querystring: { like?: string } }>
type PeerRequest = FastifyRequest<{ Params: { peer: string } }>

/** Starts the node's API. Rejects with NodeError `port-in-use` or `bad-address` where it cannot listen. */
export async function httpServer({ view, metrics, host = '127.0.0.1', port = 0, onError }: HttpServerInit): Promise<HttpServer> {
  const token = randomBytes(TOKEN_BYTES).toString('hex')
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MOST,
    forceCloseConnections: true,
    requestTimeout: 10_000,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: (error, _request, reply) => {
      const answer = new ApiError('bad-request', error.message)
      void (reply as FastifyReply).status(answer.status).send(answer.body)
    }
  })
  const streams = eventStreams(view.subscribe)
  let hosts: ReadonlySet<string> = new Set()

  app.addHook('onRequest', async request => {
    // A scraper names the node as it reaches it; what is shown to the network has no secret that a foreign page could fetch.
    if (!isLoopback(host) && OPEN_ROUTES.has(request.routeOptions.url ?? '')) return
    if (!hosts.has(request.headers.host ?? '')) throw new ApiError('bad-host', `Host must be one of ${[...hosts].join(', ')}`)
  })
  app.setErrorHandler(async (error, _request, reply) => {
    const answer = toApiError(error)
    if (answer.code === 'internal') onError?.(error)
    return reply.status(answer.status).send(answer.body)
  })
  app.setNotFoundHandler(request => {
    throw new ApiError('not-found', `no ${request.method} ${request.url.slice(0, 100)}`)
  })
  openRoutes(app, view, metrics)
  // A hook of the routes' own scope: a comparison of paths would miss `/%761/status`.
  await app.register(
    async scope => {
      scope.addHook('onRequest', async request => {
        if (!isAuthorized(request.headers.authorization, token)) throw new ApiError('bad-token', 'the token of api.json is missing or wrong')
      })
      guardedRoutes(scope, view, streams)
    },
    { prefix: '/v1' }
  )
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw findListenError(error, 'api') ?? error
  }
  const bound = (app.server.address() as AddressInfo).port
  hosts = allowedHosts(host, bound)
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    token,
    close: async () => {
      streams.close()
      await app.close()
    }
  }
}

/** No route has a schema. Without these two fastify loads the compilers of schemas, which would be 3 MB of every node. */
function noSchemas(): never {
  throw new Error('a route with a schema: give fastify its compilers again')
}

function openRoutes(app: FastifyInstance, view: NodeView, metrics: Registry): void {
  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const ready = view.ready()
    return reply.status(ready.ready ? 200 : 503).send(ready)
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
}

function guardedRoutes(app: FastifyInstance, view: NodeView, streams: EventStreams): void {
  app.get('/status', async () => view.status())
  app.get('/peers', async (request: PeersRequest) => view.peers(likeOf(request)))
  app.get('/evictions', async () => ({ evictions: view.evictions() }))
  app.get('/tree', async () => view.tree() ?? notHere('tree', view))
  app.get('/standing/:peer', async (request: PeerRequest) => {
    const peer = peerOf(request)
    const standing = await view.standing(peer)
    if (standing == null) throw new ApiError('unknown-peer', `nothing is known of ${peer}`)
    return standing
  })
  const history = histories(view)
  app.get('/standing/:peer/history', async (request: HistoryRequest) => {
    return (await history(peerOf(request), request.query)) ?? notHere('tree', view)
  })
  app.post('/allow/:peer', async (request: PeerRequest) => allow(view, peerOf(request), true))
  app.delete('/allow/:peer', async (request: PeerRequest) => allow(view, peerOf(request), false))
  app.get('/guests', async () => ({ guests: view.guests() ?? notHere('guests', view) }))
  app.post('/guests', async (request: GuestRequest) => (await addGuest(view, request.query)) ?? notHere('guests', view))
  app.delete('/guests/:peer', async (request: PeerRequest) => (await removeGuest(view, peerOf(request))) ?? notHere('guests', view))
  app.post('/roster', { bodyLimit: ROSTER_BODY_MOST }, async request => publishRoster(view, request.body))
  app.get('/surroundings', async () => view.surroundings())
  app.post('/reload', async () => (await view.reload()) ?? noConfig())
  app.get('/events', async (request: EventsRequest, reply) => {
    streams.open(reply, request.query.recent === 'true' ? view.recentEvents() : [])
    return reply
  })
  app.get('/events/recent', async () => ({ events: view.recentEvents(), leftOut: view.eventsLeftOut() }))
}

function peerOf({ params: { peer } }: PeerRequest): string {
  try {
    return readPeerId(peer)
  } catch {
    throw new ApiError('bad-peer', `expected a peer id such as 12D3Koo…, found ${JSON.stringify(peer.slice(0, 80))}`)
  }
}

/** Longer than an id is nothing that a node knows. */
const LIKE_CHARACTERS_MOST = 80

function likeOf({ query: { like = '' } }: PeersRequest): string {
  if (typeof like === 'string' && like.length <= LIKE_CHARACTERS_MOST) return like
  throw new ApiError('bad-request', `like: expected the beginning of a peer id, or a name, found ${JSON.stringify(like).slice(0, 100)}`)
}

async function allow(view: NodeView, peer: string, allowed: boolean): Promise<{ peer: string; allowed: boolean }> {
  await view.allow(peer, allowed)
  return { peer, allowed }
}

function noConfig(): never {
  throw new ApiError('not-on-this-role', 'this node was made by a program, which has its configuration')
}

function notHere(what: Offer, view: NodeView): never {
  const whom = Object.values(ROLES).find(({ offers }) => offers.includes(what))?.noun
  throw new ApiError('not-on-this-role', `a ${view.status().role} has no ${what}; ask ${whom}`)
}
