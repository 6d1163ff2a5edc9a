#!/usr/bin/env node
/** The executable: reads the command line, runs a server, stops it when it is told to. */
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '@react-collab/core'
import { pino } from 'pino'
import { type CliOptions, readCliOptions, usage } from './cli-options.js'
import { allowAll, type HostOptions } from './options.js'
import { type CollabServer, createServer } from './server.js'
import { serveFolder } from './static-files.js'

const stopMs = 5_000
const logger = pino()

function fail(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'EADDRINUSE' ? 'the port is in use; choose another with --port' : message
  process.stderr.write(`react-collab-server: ${reason}\n`)
  process.exit(1)
}

/** Nothing goes on after an error that nobody expected: a crash is noticed, a limp is not. */
function crash(error: unknown): void {
  logger.fatal({ err: error }, 'the server has to stop')
  logger.flush()
  process.exit(1)
}

/** A misspelt authenticate must not let everyone in. */
const known: ReadonlySet<string> = new Set(['authorize', 'authenticate', 'guard', 'schema'])

async function readConfig(path: string | undefined): Promise<HostOptions> {
  if (path === undefined) {
    logger.warn({}, 'no --config: everyone may read and write everything')
    return { authorize: allowAll }
  }
  const config = (await import(pathToFileURL(resolve(path)).href)) as HostOptions
  for (const name of Object.keys(config)) {
    if (!known.has(name))
      throw new UsageError('BAD_VALUE', `${path} exports ${name}, which means nothing here`)
  }
  const { authorize, authenticate, guard, schema } = config
  return { authorize, authenticate, guard, schema }
}

async function start(options: CliOptions): Promise<void> {
  const { port, host, data, origins } = options
  if (data === ':memory:') logger.warn({}, 'events are kept in memory only')
  const server = await createServer({
    ...(await readConfig(options.config)),
    origins,
    logger,
    onFatal: crash,
    data: data === ':memory:' ? undefined : data,
    fallback: options.static === undefined ? undefined : serveFolder(options.static),
  })
  const actual = await server.listen(port, host)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop(server, signal).catch(crash))
  }
  logger.info({ port: actual, host, data, origins }, 'listening')
}

async function stop(server: CollabServer, signal: string): Promise<void> {
  logger.info({ signal }, 'stopping')
  setTimeout(() => crash(new Error(`not stopped within ${stopMs} ms`)), stopMs).unref()
  await server.close()
  logger.info({}, 'stopped')
  process.exit(0)
}

function run(): void {
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
