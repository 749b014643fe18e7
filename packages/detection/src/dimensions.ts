import { dimensionTable } from '@peerwatch/model'
import { forwarding } from './forwarding.ts'
import { integrity } from './integrity.ts'
import { liveness } from './liveness.ts'
import { resource } from './resource.ts'

/** Every dimension of Peerwatch. */
export const DIMENSIONS = dimensionTable([liveness, integrity, forwarding, resource])
