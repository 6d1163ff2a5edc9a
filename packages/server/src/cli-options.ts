import * as v from 'valibot'
import { readArgs } from './cli-args.js'

/** What the command line asks for. */
export interface CliOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly origins: readonly string[]
  readonly static: string | undefined
  readonly config: string | undefined
  readonly staleAfterMs: number | undefined
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
  --stale-after D days after which a client that was not there holds nothing back (7)
  --static DIR    serve the files of this folder too
  --config FILE   a module that exports authorize, and maybe authenticate, guard, schema
  -h, --help      print this
  -v, --version   print the version
`

const portRule = 'must be a number from 0 to 65535'

const daysRule = 'must be a number of days from 1 to 99999'
const toMs = (days: string): number => Number(days) * 86_400_000

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
  'stale-after': v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/, daysRule), v.transform(toMs)),
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
    ...options
  } = readArgs(args, shape, {
    port: { type: 'string', default: '4321' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string', default: 'collab.sqlite' },
    origin: { type: 'string', multiple: true, default: [] },
    'stale-after': { type: 'string' },
    static: { type: 'string' },
    config: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
    version: { type: 'boolean', short: 'v', default: false },
  })
  // As browsers write them: without the port where it is the usual one.
  const own = ['localhost', '127.0.0.1'].map(
    (host) => new URL(`http://${host}:${options.port}`).origin,
  )
  return {
    ...options,
    staleAfterMs,
    static: options.static,
    config: options.config,
    origins: origin.length > 0 ? origin : own,
  }
}
