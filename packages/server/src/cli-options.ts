import * as v from 'valibot'
import { readArgs } from './cli-args.js'
import type { Retention } from './retention.js'

/** What the command line asks for. */
export interface CliOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  /** Without them, those of this machine at the port that is listened on. */
  readonly origins: readonly string[] | undefined
  readonly static: string | undefined
  readonly config: string | undefined
  readonly staleAfterMs: number | undefined
  readonly purgeDeletedAfterMs: number | undefined
  readonly maxDriftMs: number | undefined
  readonly retention: Partial<Retention>
  readonly help: boolean
  readonly version: boolean
}

/** What `--help` prints. */
export const usage = `Usage: react-collab-server [options]
       react-collab-server log [options]    prints a data file: log --help

  --port N        port to listen on (4321)
  --host NAME     address to listen on (127.0.0.1; 0.0.0.0 for all)
  --data FILE     where events are kept (collab.sqlite; :memory: for nowhere)
  --origin URL    a page's origin that may connect, such as https://app.example; repeatable
                  (http://localhost and http://127.0.0.1, at the port)
  --stale-after D days after which a client that was not there holds nothing back (7)
  --retention-days D, --retention-entries N
                  entries older than this (30), or beyond an object's last so many (10000), are
                  let go of once its rows hold what they did, whoever has not seen them
  --keep-history  keep entries within these bounds also when all clients have them
  --purge-deleted-after D
                  days after which a deleted row goes for good; they stay without it. Takes a
                  schema in the config
  --max-drift-ms N
                  how far ahead of the clock here an edit may be stamped (5000); beyond that its
                  client stamps it anew
  --static DIR    serve the files of this folder too
  --config FILE   a module that exports authorize, and maybe authenticate, guard,
                  policyTimeoutMs, schema, schemaFloor, limits
  -h, --help      print this
  -v, --version   print the version
`

const portRule = 'must be a whole number from 0 to 65535'

const daysRule = 'must be a whole number of days from 1 to 99999'
const dayCountRule = 'must be a whole number of days from 0 to 99999'
const entriesRule = 'must be a whole number from 0 on'
const driftRule = 'must be a whole number of milliseconds from 0 to 2147483647'
const toMs = (days: string): number => Number(days) * 86_400_000

const days = v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/, daysRule), v.transform(toMs)))

const shape = v.object({
  port: v.pipe(
    v.string(),
    v.regex(/^\d+$/, portRule),
    v.transform(Number),
    v.maxValue(65_535, portRule),
  ),
  host: v.pipe(v.string(), v.nonEmpty('must be a name or an address')),
  data: v.pipe(v.string(), v.nonEmpty('must be a path')),
  origin: v.array(v.string()),
  'stale-after': days,
  'purge-deleted-after': days,
  'retention-days': v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}$/, dayCountRule), v.transform(Number)),
  ),
  'retention-entries': v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+$/, entriesRule),
      v.transform(Number),
      v.safeInteger(entriesRule),
    ),
  ),
  'keep-history': v.boolean(),
  'max-drift-ms': v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+$/, driftRule),
      v.transform(Number),
      v.maxValue(2_147_483_647, driftRule),
    ),
  ),
  static: v.optional(v.pipe(v.string(), v.nonEmpty('must be a folder'))),
  config: v.optional(v.pipe(v.string(), v.nonEmpty('must be a file'))),
  help: v.boolean(),
  version: v.boolean(),
})

/** Reads the command line; throws a `UsageError` that names the option. */
export function readCliOptions(args: readonly string[]): CliOptions {
  const {
    origin,
    'stale-after': staleAfterMs,
    'purge-deleted-after': purgeDeletedAfterMs,
    'retention-days': retentionDays,
    'retention-entries': entries,
    'keep-history': history,
    'max-drift-ms': maxDriftMs,
    ...options
  } = readArgs(args, shape, {
    port: { type: 'string', default: '4321' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string', default: 'collab.sqlite' },
    origin: { type: 'string', multiple: true, default: [] },
    'stale-after': { type: 'string' },
    'purge-deleted-after': { type: 'string' },
    'retention-days': { type: 'string' },
    'retention-entries': { type: 'string' },
    'keep-history': { type: 'boolean', default: false },
    'max-drift-ms': { type: 'string' },
    static: { type: 'string' },
    config: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
    version: { type: 'boolean', short: 'v', default: false },
  })
  return {
    ...options,
    staleAfterMs,
    purgeDeletedAfterMs,
    maxDriftMs,
    retention: {
      history,
      ...(retentionDays !== undefined && { days: retentionDays }),
      ...(entries !== undefined && { entries }),
    },
    static: options.static,
    config: options.config,
    origins: origin.length > 0 ? origin : undefined,
  }
}
