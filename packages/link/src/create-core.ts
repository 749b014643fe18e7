import { TypedEventEmitter } from 'main-event'
import { budgets } from './budgets.ts'
import { carefulDatastore } from './careful-datastore.ts'
import { ServicesError } from './errors.ts'
import { localHealth, OVERLOADED_AFTER_WINDOWS } from './local-health.ts'
import { peerIdText, toPeerId } from './peer-ids.ts'
import { rosterBook } from './roster-book.ts'
import { rosterChanges } from './roster-changes.ts'
import { refuseLongPeerIds } from './short-addresses.ts'
import { joinShortPieces } from './short-pieces.ts'
import { createSigner } from './signatures.ts'
import { systemClock } from '@peerwatch/model/system-clock'
import { windowClock } from './window-clock.ts'
import { writtenSoon } from './written-soon.ts'
import type { Clock, DimensionTable, Rng } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'
import type { CertificateBook, Core, PeerwatchComponents } from './core.ts'
import type { PeerwatchEvents } from './events.ts'
import type { Health } from './local-health.ts'
import type { Network } from './network.ts'
import type { WrittenSoon } from './written-soon.ts'

export interface CoreInit<Book extends CertificateBook = CertificateBook> {
  readonly network: Network
  readonly dimensions: DimensionTable
  readonly clock?: Clock
  readonly rng?: Rng
  /** Gets the core without its certificates. */
  readonly certificates: (core: Omit<Core, 'certificates'>) => Book
  readonly events?: TypedEventEmitter<PeerwatchEvents>
}

export function createCore<Book extends CertificateBook>(components: PeerwatchComponents, init: CoreInit<Book>): Core & { readonly certificates: Book } {
  joinShortPieces()
  refuseLongPeerIds()
  const { network, dimensions, clock = systemClock, rng = Math.random, events = new TypedEventEmitter<PeerwatchEvents>() } = init
  const emit: Core['emit'] = (type, detail) => {
    events.safeDispatchEvent(type, { detail })
  }
  if (components.privateKey.type !== 'Ed25519') {
    const message = `privateKey: Peerwatch needs an Ed25519 key, found ${components.privateKey.type}: all that nodes sign is checked as Ed25519; peers with other keys can be guests`
    throw new ServicesError('bad-key', message)
  }
  const log = components.logger.forComponent('peerwatch')
  // as with the connection gater: whatever service writes from here on goes through it
  components.datastore = carefulDatastore(components.datastore, {
    rng,
    onDoubt: error => {
      log.error('a write to the datastore failed: %e', error)
      const message = `a write to the datastore failed (${textOf(error)}): nothing that follows is taken for written until the datastore gives it back`
      emit('alarm', { code: 'datastore-failed', message })
    }
  })
  const health = localHealth({ clock, preset: network.roster.preset, onChange: change => tellHealth(emit, change) })
  const roster = rosterBook(network, components.datastore, version => {
    const message = `the authority signed two rosters with version ${version}, and nodes go by different ones: sign the next one in one folder, and publish it`
    emit('alarm', { code: 'two-rosters', message })
  })
  const core: Omit<Core, 'certificates'> = {
    components,
    network,
    dimensions,
    self: peerIdText(components.peerId),
    signer: createSigner(components.privateKey, network.id),
    roster,
    budgets: budgets({ clock, roster: roster.current, onSpent: budget => emit('budget:spent', { budget }) }),
    windows: windowClock(network.roster.preset.windowMs, clock, health.settled, bound => emit('time:limited', { bound })),
    clock,
    health,
    rng,
    writes: writesOf(components.datastore, { clock, rng, emit }),
    log,
    events,
    emit
  }
  core.roster.onChange((now, before) => {
    const { terms, seedsAdded, seedsRemoved, trustedAdded, trustedRemoved } = rosterChanges(before, now)
    core.emit('roster:changed', {
      version: now.version,
      terms,
      seedsAdded: seedsAdded.map(toPeerId),
      seedsRemoved: seedsRemoved.map(toPeerId),
      trustedAdded: trustedAdded.map(toPeerId),
      trustedRemoved: trustedRemoved.map(toPeerId)
    })
  })
  return { ...core, certificates: init.certificates(core) }
}

function writesOf(datastore: Datastore, { clock, rng, emit }: Pick<Core, 'clock' | 'rng' | 'emit'>): WrittenSoon {
  return writtenSoon({
    datastore,
    clock,
    rng,
    onFailed: (error, waitingCount) => {
      const message = `${waitingCount} changes could not be written (${textOf(error)}): they hold until the next restart only, and are tried again`
      emit('alarm', { code: 'not-saved', message })
    },
    onDropped: count => {
      emit('writes:dropped', { count })
    }
  })
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function tellHealth(emit: Core['emit'], change: Health): void {
  emit('health:changed', change)
  if (change.state !== 'overloaded') return
  const message = `this node has been late for ${OVERLOADED_AFTER_WINDOWS} windows, now by ${change.lateMs} ms: give it more CPU, or less to do (fewer nodes in a process, fewer neighbours)`
  emit('alarm', { code: 'overloaded', message })
}
