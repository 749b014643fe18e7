import type { Action } from '../../src/index.ts'

interface About {
  readonly subject: string
  readonly dimension: string
}

/** An action as one reads it in a story. */
export function sentence(action: Action): string {
  return `${clause(action)}: ${action.reason}`
}

function clause(action: Action): string {
  switch (action.type) {
    case 'open case':
      return `open a case about ${name(action.open)}`
    case 'join case':
      return `join the case about ${name(action.open)}`
    case 'close case':
      return `close the case about ${name(action.open)} as ${action.outcome}`
    case 'look':
      return `order ${action.watcher} to look at ${name(action)}`
    case 'end look':
      return `end the look of ${action.look.watcher} at ${name(action.look)}`
    case 'dismiss evidence':
      return `dismiss what ${action.watcher} has against ${name(action)}`
    case 'sign finding':
      return `sign the finding "${action.finding.outcome}" about ${name(action.finding)}`
    case 'take finding':
      return `take the finding "${action.finding.outcome}" of ${action.finding.by} about ${name(action.finding)}`
    case 'propose':
      return `propose to evict ${name(action.proposal)}`
    case 'sign verdict':
      return `sign the verdict of ${action.proposer} about ${name(action.proposal)}`
    case 'refuse verdict':
      return `refuse the verdict of ${action.proposer} about ${name(action.proposal)}`
    case 'change standing':
      return `hold ${action.peer} for ${action.state}`
    default:
      return action satisfies never
  }
}

function name({ subject, dimension }: About): string {
  return `${subject} (${dimension})`
}
