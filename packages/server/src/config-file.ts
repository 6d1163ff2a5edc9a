import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { located, UsageError } from '@react-collab/core'
import { checkValues } from './check-options.js'
import type { HostOptions } from './options.js'

/** A misspelt authenticate must not let everyone in. */
const known: ReadonlySet<string> = new Set([
  'authorize',
  'authenticate',
  'guard',
  'policyTimeoutMs',
  'schema',
  'schemaFloor',
  'limits',
])

/** What has its place on the command line, or in code only. */
const elsewhere: Readonly<Record<string, string>> = {
  origins: 'use --origin',
  data: 'use --data',
  port: 'use --port',
  host: 'use --host',
  maxDriftMs: 'use --max-drift-ms',
  staleAfterMs: 'use --stale-after',
  purgeDeletedAfterMs: 'use --purge-deleted-after',
  retention: 'use --retention-days, --retention-entries and --keep-history',
  default: 'export each by its name',
  ...Object.fromEntries(
    ['heartbeatMs', 'http', 'log', 'logger', 'fallback', 'onFatal'].map((name) => [
      name,
      'it is an option of createServer, for a server of your own',
    ]),
  ),
}

/** Reads what `--config` names; throws a `UsageError` with the file, and the line where there is one. */
export async function readConfigFile(path: string): Promise<HostOptions> {
  if (!existsSync(path)) throw unfit(path, 'there is no such file')
  const config = await load(path)
  for (const name of Object.keys(config)) {
    if (known.has(name)) continue
    const hint = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined
    const none = `which means nothing here; there are ${[...known].join(', ')}`
    throw unfit(path, `it exports ${name}${hint === undefined ? `, ${none}` : `: ${hint}`}`)
  }
  if (config.authorize === undefined) throw unfit(path, 'it has to export authorize')
  try {
    checkValues(config)
  } catch (error) {
    throw error instanceof UsageError ? located(error, `--config ${path}`) : error
  }
  return { ...config }
}

const unfit = (path: string, reason: string, cause?: unknown): UsageError =>
  new UsageError('BAD_VALUE', `--config ${path}: ${reason}`, { cause })

async function load(path: string): Promise<HostOptions> {
  const { href } = pathToFileURL(resolve(path))
  try {
    return (await import(href)) as HostOptions
  } catch (error) {
    throw unfit(path, `it cannot be loaded: ${place(error, href)}${oneLine(error)}`, error)
  }
}

/** Where an error of an import comes from, as `file:line: `. */
function place(error: unknown, href: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const found = placeIn(stack)
  if (found !== '' || !(error instanceof SyntaxError)) return found
  // The stack of a syntax error does not tell; what Node prints for it does, and nothing runs for that.
  const script = 'await import(process.argv[1])'
  const args = ['--input-type=module', '--eval', script, href]
  return placeIn(spawnSync(execPath, args, { encoding: 'utf8' }).stderr)
}

function placeIn(text: string): string {
  const [, url, line] = /(file:\/\/[^\s:]+):(\d+)/.exec(text) ?? []
  return url === undefined ? '' : `${relative('.', fileURLToPath(url))}:${line}: `
}

/** Says an error in one line. */
export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ')
}
