import type { ReloadedOption, ReloadView } from '@peerwatch/node/node-view'

function valueText(value: unknown): string {
  return value === undefined ? 'its default' : typeof value === 'string' ? value : JSON.stringify(value)
}

function change({ name, from, to }: ReloadedOption): string {
  return `${name} from ${valueText(from)} to ${valueText(to)}`
}

/** Says for people what has changed since the configuration was read again. */
export function reloadText({ changed, restart }: ReloadView): string {
  const now = changed.length === 0 ? [] : [`changed ${changed.map(change).join(', ')}`]
  const later = restart.length === 0 ? [] : [`a restart is needed to change ${restart.map(change).join(', ')}`]
  return [...now, ...later].join('; ') || 'nothing to change'
}
