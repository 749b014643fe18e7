// by itself: commands that make a folder load no node for it
export { makeFolder } from '@peerwatch/store/folders'
