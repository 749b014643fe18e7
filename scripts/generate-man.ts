/**
 * Makes packages/cli/man/peerwatch.1 from the commands.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { manPage } from './man-page.ts'

mkdirSync('packages/cli/man', { recursive: true })
writeFileSync('packages/cli/man/peerwatch.1', await manPage())
