import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>

/** Parses a command's arguments. UsageError for an unknown option, a missing value, too many arguments. */
export function parseArguments<const T extends Options>(
  args: string[],
  options: T,
  maxPositionals = 0,
): Parsed<T> {
  let parsed: Parsed<T>
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(usageSentence(error.message))
  }
  const surplus = parsed.positionals[maxPositionals]
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many.`)
  return parsed
}

/** Node adds advice on positional arguments starting with a dash, which no command here has. */
function usageSentence(message: string): string {
  const [first = message] = message.split(/\.? *\n|\. /u)
  return `${first}.`
}

/** UsageError unless `text` is an integer from `least` to `most`; undefined stays undefined. */
export function integerOption(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new UsageError(`${name} takes a whole number from ${least} to ${most}, not "${text}".`)
}

/** `key=value` pairs as a record. UsageError for one without a key or "=", and for a key given twice. */
export function keyValueOptions(name: string, pairs: readonly string[]): Record<string, string> {
  const values = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`${name} takes key=value, not "${pair}".`)
    const key = pair.slice(0, at)
    if (values.has(key)) throw new UsageError(`${name} has ${key} twice.`)
    values.set(key, pair.slice(at + 1))
  }
  return Object.fromEntries(values)
}
