import { readFileSync } from 'node:fs'
import { mutated } from './mutations/mutation.ts'
import { mutations } from './mutations/table.ts'
for (const m of mutations) { try { mutated(readFileSync(m.file, 'utf8'), m) } catch (e) { console.log(String(e), '=>', m.becomes) } }
