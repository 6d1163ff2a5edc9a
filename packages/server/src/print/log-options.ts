import { UsageError } from '@react-collab/core'
import * as v from 'valibot'
import { readArgs } from '../cli-args.js'

/** How an object's log is printed. */
export type LogForm = 'entries' | 'changes' | 'state'

/** What of a data file is printed. */
export interface LogOptions {
  readonly data: string
  /** Without one, all objects at a glance. */
  readonly object: string | undefined
  /** Only what follows this seq. */
  readonly after: number
  readonly as: LogForm
  readonly help: boolean
}

/** What `log --help` prints. */
export const logUsage = `Usage: react-collab-server log [options]

Prints a data file while no server has it open, or a copy of it. Nothing is written.

  --data FILE     the data file (collab.sqlite)
  --object ID     the object whose log is printed; without it, which objects there are
  --as FORM       changes   what each edit changed, in words: one line each (default)
                  entries   the log as it is: one JSON object on each line
                  state     what the object holds, as JSON
  --after SEQ     only changes or entries that follow this one (0)
  -h, --help      print this
`

const afterRule = 'must be a whole number from 0 on'

const shape = v.object({
  data: v.pipe(v.string(), v.nonEmpty('must be a path')),
  object: v.optional(v.pipe(v.string(), v.nonEmpty('must be the id of an object'))),
  as: v.optional(v.picklist(['changes', 'entries', 'state'], 'must be changes, entries or state')),
  after: v.optional(
    v.pipe(v.string(), v.regex(/^\d+$/, afterRule), v.transform(Number), v.safeInteger(afterRule)),
  ),
  help: v.boolean(),
})

/** Reads the command line that follows `log`; throws a `UsageError` that names the option. */
export function readLogOptions(args: readonly string[]): LogOptions {
  const { data, object, as, after, help } = readArgs(args, shape, {
    data: { type: 'string', default: 'collab.sqlite' },
    object: { type: 'string' },
    as: { type: 'string' },
    after: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (object === undefined && as !== undefined) throw useless('--as', 'needs --object')
  if (object === undefined && after !== undefined) throw useless('--after', 'needs --object')
  if (as === 'state' && after !== undefined) throw useless('--after', 'means nothing for a state')
  return { data, object, as: as ?? 'changes', after: after ?? 0, help }
}

const useless = (option: string, why: string): UsageError =>
  new UsageError('BAD_VALUE', `${option} ${why}`)
