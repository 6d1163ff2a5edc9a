#!/usr/bin/env node
/** The executable: runs a server until it is told to stop, or prints a data file. */
import { statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UsageError } from '@react-collab/core'
import { pino } from 'pino'
import { type CliOptions, readCliOptions, usage } from './cli-options.js'
import { oneLine, readConfigFile } from './config-file.js'
import { logUsage, readLogOptions } from './print/log-options.js'
import { printLog } from './print/print-log.js'
import { allowAll, type HostOptions } from './options.js'
import { type CollabServer, createServer } from './server.js'
import { serveFolder } from './static-files.js'

const stopMs = 5_000
const logger = pino()

/** Says why it cannot start, in one line: 2 when the command line has to be another, else 1. */
function fail(error: unknown): never {
  process.stderr.write(`react-collab-server: ${reasonOf(error)}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
}

/** What Node says by code, in other words: with the option that helps. */
const reasons: Readonly<Record<string, (error: ListenError) => string>> = {
  EADDRINUSE: ({ port }) => `port ${port} is in use; choose another with --port`,
  EACCES: ({ port }) => `port ${port} may not be used; choose another with --port`,
  EADDRNOTAVAIL: ({ address }) => `this machine is not ${address}; choose another with --host`,
  ENOTFOUND: ({ hostname }) => `there is no address ${hostname}; choose another with --host`,
}

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number
  readonly address?: string
  readonly hostname?: string
}

function reasonOf(error: unknown): string {
  const { code = '' } = error as ListenError
  return reasons[code]?.(error as ListenError) ?? oneLine(error)
}

/** Nothing goes on after an error that nobody expected: a crash is noticed, a limp is not. */
function crash(error: unknown): void {
  logger.fatal({ err: error }, 'the server has to stop')
  logger.flush()
  process.exit(1)
}

async function readConfig(path: string | undefined): Promise<HostOptions> {
  if (path !== undefined) return readConfigFile(path)
  logger.warn({}, 'no --config: everyone may read, write and remove everything')
  return { authorize: allowAll }
}

function readFolder(path: string | undefined): RequestListener | undefined {
  if (path === undefined) return undefined
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return serveFolder(path)
  throw new UsageError('BAD_VALUE', `--static ${path}: there is no such folder`)
}

async function start(options: CliOptions): Promise<void> {
  const { port, host, data, retention } = options
  const origins = [...(options.origins ?? [])]
  const { staleAfterMs, purgeDeletedAfterMs, maxDriftMs } = options
  const fallback = readFolder(options.static)
  if (data === ':memory:') logger.warn({}, 'events are kept in memory only')
  const config = await readConfig(options.config)
  if (purgeDeletedAfterMs !== undefined && config.schema === undefined)
    throw new UsageError(
      'BAD_VALUE',
      '--purge-deleted-after needs a schema: export it from the --config file',
    )
  const server = await createServer({
    ...config,
    staleAfterMs,
    purgeDeletedAfterMs,
    maxDriftMs,
    retention,
    origins,
    logger,
    onFatal: crash,
    data: data === ':memory:' ? undefined : data,
    fallback,
  })
  const actual = await server.listen(port, host)
  if (options.origins === undefined) origins.push(...ownOrigins(actual))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop(server, signal).catch(crash))
  }
  logger.info({ port: actual, host, data, origins }, 'listening')
}

/** The pages of this machine, as browsers write them: without the port where it is the usual one. */
const ownOrigins = (port: number): string[] =>
  ['localhost', '127.0.0.1'].map((host) => new URL(`http://${host}:${port}`).origin)

async function stop(server: CollabServer, signal: string): Promise<void> {
  logger.info({ signal }, 'stopping')
  setTimeout(() => crash(new Error(`not stopped within ${stopMs} ms`)), stopMs).unref()
  await server.close()
  logger.info({}, 'stopped')
  process.exit(0)
}

async function print(args: readonly string[]): Promise<void> {
  const options = readLogOptions(args)
  const tell = (notice: string): void => void process.stderr.write(`${notice}\n`)
  const chunks = options.help ? [logUsage] : printLog(options, tell)
  try {
    await pipeline(Readable.from(chunks), process.stdout, { end: false })
  } catch (error) {
    // Who reads it has enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

function run(): void {
  const [command, ...args] = process.argv.slice(2)
  if (command === 'log') return void print(args).catch(fail)
  const options = readCliOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(usage)
  else if (options.version) process.stdout.write(`${version()}\n`)
  else start(options).catch(fail)
}

function version(): string {
  const require = createRequire(import.meta.url)
  return (require('@react-collab/server/package.json') as { version: string }).version
}

process.on('unhandledRejection', crash)
process.on('uncaughtException', crash)
try {
  run()
} catch (error) {
  fail(error)
}
