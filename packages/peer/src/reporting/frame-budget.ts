import type { WindowNumber } from '@peerwatch/model'

/** Frames that an entry may send per window beside those that answer reports. */
const FREE_FRAMES = 256
/** Of these, frames that carry certificates or a roster: each costs up to a hundred signature checks. */
const CARRYING_FRAMES = 16

/** Bounds what one entry may make this node do in one window. */
export interface FrameBudget {
  /** Every report sent earns a frame. */
  readonly earn: (frames: number) => void
  /** False when this frame is one too many. */
  readonly take: (window: WindowNumber, isCarrying: boolean) => boolean
}

export function frameBudget(): FrameBudget {
  let current = -1
  let free = 0
  let carrying = 0
  return {
    earn: frames => {
      free += frames
    },
    take: (window, isCarrying) => {
      if (window !== current) {
        current = window
        free = Math.max(free, FREE_FRAMES)
        carrying = CARRYING_FRAMES
      }
      free--
      if (isCarrying) carrying--
      return free >= 0 && carrying >= 0
    }
  }
}
