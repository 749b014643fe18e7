import { forwarding } from './forwarding.ts'
import { integrity } from './integrity.ts'
import { liveness } from './liveness.ts'
import { resource } from './resource.ts'
import type { ObserverFactory } from './observer.ts'

/** Every dimension that is watched. */
export const observers: readonly ObserverFactory[] = [liveness, integrity, resource, forwarding]
