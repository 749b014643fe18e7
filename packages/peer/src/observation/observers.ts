import { forwarding } from './forwarding.ts'
import { integrity } from './integrity.ts'
import { liveness } from './liveness.ts'
import { resource } from './resource.ts'
import type { ObserverFactory } from './observer.ts'

/** An observer for each row of the table of dimensions. */
export const OBSERVERS: readonly ObserverFactory[] = [liveness, integrity, resource, forwarding]
