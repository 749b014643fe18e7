/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify takes promises and answers their rejections; the rule means Express */
import { readPeerId } from '@peerwatch/link'
import { fastify } from 'fastify'
import { addGuest, removeGuest } from './guest-route.ts'
import { ApiError, toApiError } from './api-error.ts'
import { eventStreams } from './event-streams.ts'
import { histories } from './history-route.ts'
import { isAuthorized } from './guards.ts'
import { reinstate } from './reinstate-route.ts'
import { exports, publishErasure } from './erasure-route.ts'
import { publishRoster, ROSTER_BODY_MOST } from './roster-route.ts'
import { TEXT_FORMAT } from '../metrics/metric-page.ts'
import { isLoopback } from '../loopback.ts'
import { ROLES } from '../roles/index.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Server } from 'node:http'
import type { EventStreams } from './event-streams.ts'
import type { GuestQuery } from './guest-route.ts'
import type { HistoryQuery } from './history-route.ts'
import type { NodeView } from './node-view.ts'
import type { Offer } from '../roles/role.ts'

export interface ApiAppInit {
  readonly view: NodeView
  /** What `/metrics` shows, in Prometheus' text format. */
  readonly metrics: () => Promise<string>
  /** Where it is reached. */
  readonly host: string
  /** The Host headers that it takes. */
  readonly hosts: ReadonlySet<string>
  /** The token that `/v1` wants. */
  readonly token: string
  /** Told of errors that are the node's own. */
  readonly onError: ((error: unknown) => void) | undefined
}

export interface ApiApp {
  /** Not listening yet. */
  readonly server: Server
  readonly close: () => Promise<void>
}

const BODY_BYTES_MOST = 16 * 1024
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

type GuestRequest = FastifyRequest<{ Querystring: GuestQuery }>
type EventsRequest = FastifyRequest<{ Querystring: { recent?: string } }>
type HistoryRequest = FastifyRequest<{ Params: { peer: string }; Querystring: HistoryQuery }>
type PeersRequest = FastifyRequest<{ Querystring: { like?: string } }>
type PeerRequest = FastifyRequest<{ Params: { peer: string } }>

/** Makes what answers the requests to a node's API. */
export async function apiApp({ view, metrics, host, hosts, token, onError }: ApiAppInit): Promise<ApiApp> {
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
      privacyRoutes(scope, view, error => onError?.(error))
    },
    { prefix: '/v1' }
  )
  await app.ready()
  return {
    server: app.server,
    close: async () => {
      streams.close()
      app.server.close()
      app.server.closeAllConnections()
      await app.close()
    }
  }
}

/** No route has a schema. Without these two fastify loads the compilers of schemas, which would be 3 MB of every node. */
function noSchemas(): never {
  throw new Error('a route with a schema: give fastify its compilers again')
}

function openRoutes(app: FastifyInstance, view: NodeView, metrics: () => Promise<string>): void {
  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const ready = view.ready()
    return reply.status(ready.ready ? 200 : 503).send(ready)
  })
  app.get('/metrics', async (_request, reply) => reply.type(TEXT_FORMAT).send(await metrics()))
}

function guardedRoutes(app: FastifyInstance, view: NodeView, streams: EventStreams): void {
  app.get('/status', async () => view.status())
  app.get('/peers', async (request: PeersRequest) => view.peers(likeOf(request)))
  app.get('/peers/:peer', async (request: PeerRequest) => {
    const peer = peerOf(request)
    return (await view.peer(peer)) ?? unknownPeer(peer)
  })
  app.get('/evictions', async () => ({ evictions: view.evictions() }))
  app.get('/tree', async () => view.tree() ?? notHere('tree', view))
  app.get('/standing/:peer', async (request: PeerRequest) => {
    const peer = peerOf(request)
    return (await view.standing(peer)) ?? unknownPeer(peer)
  })
  const history = histories(view)
  app.get('/standing/:peer/history', async (request: HistoryRequest) => {
    return (await history(peerOf(request), request.query)) ?? notHere('stored reports', view)
  })
  app.post('/allow/:peer', async (request: PeerRequest) => allow(view, peerOf(request), true))
  app.delete('/allow/:peer', async (request: PeerRequest) => allow(view, peerOf(request), false))
  app.post('/appeal', async () => view.appeal())
  app.post('/reinstate/:peer', async (request: PeerRequest) => (await reinstate(view, peerOf(request), request.body)) ?? notHere('reinstatements', view))
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

function unknownPeer(peer: string): never {
  throw new ApiError('unknown-peer', `nothing is known of ${peer}`)
}

/** The routes for the data about a peer: an export of all of it, and its erasure. */
function privacyRoutes(app: FastifyInstance, view: NodeView, onError: (error: unknown) => void): void {
  const open = exports(onError)
  app.get('/export/:peer', async (request: PeerRequest, reply) => {
    open(reply, view.export(peerOf(request)) ?? notHere('stored reports', view))
    return reply
  })
  app.post('/erasures/:peer', async (request: PeerRequest) => (await publishErasure(view, peerOf(request), request.body)) ?? notHere('stored reports', view))
  app.get('/erasures/:peer', async (request: PeerRequest) => {
    const peer = peerOf(request)
    const receipt = await view.erasure(peer)
    if (receipt === null)
      throw new ApiError('unknown-peer', `no trusted node that answers knows an erasure of ${peer}: there was none, or retention has passed it`)
    return receipt ?? notHere('stored reports', view)
  })
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
