import { answerMutations } from './answers.ts'
import { certificateMutations } from './certificates.ts'
import { durableMutations } from './durable.ts'
import { erasureMutations } from './erasure.ts'
import { healthMutations } from './health.ts'
import { ledgerMutations } from './ledger.ts'
import { loadMutations } from './load.ts'
import { linkMutations } from './links.ts'
import { messageMutations } from './messages.ts'
import { neighbourMutations } from './neighbours.ts'
import { observationMutations } from './observation.ts'
import { peopleMutations } from './people.ts'
import { playMutations } from './play.ts'
import { registryMutations } from './registry.ts'
import { reinstatementMutations } from './reinstatement.ts'
import { reportingMutations } from './reporting.ts'
import { reputationMutations } from './reputation.ts'
import { storeMutations } from './store.ts'
import { summaryMutations } from './summaries.ts'
import { tierMutations } from './tier.ts'
import { trustTreeMutations } from './trust-tree.ts'
import type { Mutation } from './mutation.ts'

/** What `npm run mutate` tries. At least one change for each invariant; more where an invariant says several things. */
export const mutations: readonly Mutation[] = [
  ...certificateMutations,
  ...linkMutations,
  ...registryMutations,
  ...observationMutations,
  ...neighbourMutations,
  ...reportingMutations,
  ...reinstatementMutations,
  ...reputationMutations,
  ...ledgerMutations,
  ...storeMutations,
  ...erasureMutations,
  ...trustTreeMutations,
  ...tierMutations,
  ...healthMutations,
  ...loadMutations,
  ...durableMutations,
  ...playMutations,
  ...peopleMutations,
  ...answerMutations,
  ...messageMutations,
  ...summaryMutations
]
