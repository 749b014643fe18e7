import { NodeError } from '../errors.ts'
import type { NodeProblem } from '../errors.ts'
import type { ApiErrorCode, ErrorView } from './node-view.ts'

const STATUS: Readonly<Record<ApiErrorCode, number>> = {
  'bad-config': 422,
  'bad-host': 403,
  'bad-token': 401,
  'bad-peer': 400,
  'bad-roster': 422,
  'bad-erasure': 422,
  'bad-request': 400,
  'unknown-peer': 404,
  'not-evicted': 409,
  'not-on-this-role': 404,
  'not-found': 404,
  busy: 503,
  'no-route': 503,
  internal: 500
}

/** Ends a request with `{ error: { code, message } }`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode

  readonly problem: NodeProblem | undefined

  constructor(code: ApiErrorCode, message: string, problem?: NodeProblem) {
    super(message)
    this.code = code
    this.problem = problem
  }

  get status(): number {
    return STATUS[this.code]
  }

  get body(): ErrorView {
    return { error: { code: this.code, message: this.message, ...(this.problem != null && { problem: this.problem }) } }
  }
}

/** The answer to an error of a handler. The text of an unexpected error stays here. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof NodeError && (error.code === 'bad-config' || error.code === 'bad-option'))
    return new ApiError('bad-config', error.message, error.problem)
  const { code, message, statusCode } = error as { code?: unknown; message: string; statusCode?: unknown }
  if (code === 'no-route' || code === 'busy') return new ApiError(code, message)
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new ApiError('bad-request', message)
  return new ApiError('internal', 'the node failed to answer; see its log')
}
