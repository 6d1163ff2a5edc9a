import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '@react-collab/core'
import * as v from 'valibot'

/** Reads arguments of the command line; throws a `UsageError` that names the option. */
export function readArgs<T>(
  args: readonly string[],
  shape: v.GenericSchema<unknown, T>,
  options: NonNullable<ParseArgsConfig['options']>,
): T {
  const read = v.safeParse(shape, parse(args, options))
  if (read.success) return read.output
  const { path, message, input } = read.issues[0]
  const given = `it is ${JSON.stringify(input)}`
  throw new UsageError('BAD_VALUE', `--${String(path?.[0]?.key)} ${message}; ${given}`)
}

function parse(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>): object {
  try {
    return parseArgs({ args: withNegatives(args, options), options }).values
  } catch (error) {
    // What follows the first sentence is about other things than options.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('. ')
    throw new UsageError('BAD_VALUE', `${reason}; --help lists the options`)
  }
}

/** Writes `--port -1` as `--port=-1`: what may follow an option is told better by its rule. */
function withNegatives(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): string[] {
  const takesValue = (arg = ''): boolean => options[arg.slice(2)]?.type === 'string'
  return args.flatMap((arg, i) => {
    if (/^-\d/.test(arg) && takesValue(args[i - 1])) return []
    const next = args[i + 1] ?? ''
    return takesValue(arg) && /^-\d/.test(next) ? [`${arg}=${next}`] : [arg]
  })
}
