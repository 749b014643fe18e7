import { Help } from 'commander'
import type { Option } from 'commander'

/** A longer list is there for completion; in the help it would hide the rest. */
const CHOICES_SHOWN_MOST = 8

function optionDescription(this: Help, option: Option): string {
  const isLong = (option.argChoices?.length ?? 0) > CHOICES_SHOWN_MOST
  const shown = isLong ? (Object.create(option, { argChoices: { value: undefined } }) as Option) : option
  return Help.prototype.optionDescription.call(this, shown)
}

/** How every command shows its options. */
export const HELP_STYLE = { optionDescription }
