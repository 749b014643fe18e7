import { wholeNumber } from '../kind.ts'
import type { OptionSet } from '../../roles/role.ts'
import type { Option } from '../option.ts'

export const DAY_MS = 86_400_000

type Limit = Pick<Option<number>, 'unit' | 'default' | 'defaultText' | 'about' | 'raised' | 'lowered'> & { readonly most: number }

/** A limit that few ever change. */
export function limit(set: OptionSet, { most, ...rest }: Limit): Option<number> {
  return { kind: wholeNumber(1, most), placeholder: rest.unit === 'ms' ? 'ms' : 'count', set, isHidden: true, ...rest }
}
