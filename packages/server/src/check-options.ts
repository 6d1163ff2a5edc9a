import { cut, type Schema, UsageError } from '@react-collab/core'
import { typeOf } from './app-call.js'
import { defaultLimits } from './limits.js'
import { defaultRetention } from './retention.js'
import type { ServerOptions } from './server.js'

/** What an option has to be: a test, and how a person would say it. */
type Rule = readonly [isFit: (value: unknown) => boolean, wanted: string]

const isFunction = (value: unknown): boolean => typeof value === 'function'
const has =
  (...methods: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => isFunction((value as Record<string, unknown>)[name]))
const isObject = has()

/** What an option is, as a person would say it. */
const told = (value: unknown): string => (typeof value === 'number' ? `${value}` : typeOf(value))

const isSchema = (value: unknown): boolean =>
  isObject(value) &&
  Number.isSafeInteger((value as Partial<Schema>).version) &&
  isObject((value as Partial<Schema>).objects)

/** The longest that a timer can be set to. */
const mostMs = 2 ** 31 - 1
const integer = (least: number, most: number): Rule => [
  (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  `a whole number from ${least} to ${most}`,
]

const rules: { readonly [K in keyof Required<ServerOptions>]: Rule } = {
  origins: [
    (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    "a list of the pages' origins that may connect, such as ['https://app.example']",
  ],
  authorize: [
    isFunction,
    'a function that tells who may do what: ({ principal, object, action }) => true or false; allowAll is for demos',
  ],
  authenticate: [
    isFunction,
    'a function that tells who holds a token: (token) => principal or null',
  ],
  guard: [isFunction, 'a function that may veto an event: (event) => reason or undefined'],
  data: [(value) => typeof value === 'string' && value !== '', 'the path of a file'],
  log: [
    has(
      'append',
      'read',
      'join',
      'leave',
      'head',
      'state',
      'compact',
      'prune',
      'purge',
      'remove',
      'objects',
      'backup',
      'close',
    ),
    'an event log',
  ],
  schema: [isSchema, 'what defineSchema returned'],
  schemaFloor: integer(1, Number.MAX_SAFE_INTEGER),
  limits: [isObject, 'an object of limits'],
  heartbeatMs: integer(1, mostMs),
  policyTimeoutMs: integer(1, mostMs),
  maxDriftMs: integer(0, mostMs),
  retention: [isObject, 'an object of days, entries and history'],
  purgeDeletedAfterMs: integer(1, Number.MAX_SAFE_INTEGER),
  staleAfterMs: integer(1, Number.MAX_SAFE_INTEGER),
  logger: [has('info', 'warn', 'error'), 'an object with info, warn and error, such as pino()'],
  http: [has('on', 'listen'), 'a server of node:http or node:https'],
  fallback: [isFunction, 'a function (request, response) => void'],
  onFatal: [isFunction, 'a function (error) => void'],
}

const required: readonly (keyof ServerOptions)[] = ['origins', 'authorize']

/** Throws a `UsageError` that names the option and says what it has to be. */
export function checkOptions(options: unknown): asserts options is ServerOptions {
  if (!isObject(options)) {
    bad(`createServer takes an object of options; it got ${typeOf(options)}`)
  }
  const given = options as Record<string, unknown>
  checkNames(given, rules, 'createServer has no option')
  for (const name of required) {
    if (given[name] === undefined) bad(`the option ${name} is missing: it is ${rules[name][1]}`)
  }
  checkValues(given)
  if (given['purgeDeletedAfterMs'] !== undefined && given['schema'] === undefined) {
    bad(
      'purgeDeletedAfterMs (--purge-deleted-after) takes a schema: what rows refer to has to stay',
    )
  }
  if (given['data'] !== undefined && given['log'] !== undefined) {
    bad('data and log are both given: either says where events are kept')
  }
}

/** Throws a `UsageError` that names the first of these options whose value it cannot be. */
export function checkValues(options: object): void {
  const given = options as Record<string, unknown>
  for (const [name, [isFit, wanted]] of Object.entries(rules)) {
    const value = given[name]
    if (value === undefined || isFit(value)) continue
    bad(`the option ${name} has to be ${wanted}; it is ${told(value)}`)
  }
  const { schema, schemaFloor = 1 } = given as Partial<ServerOptions>
  if (schema !== undefined && schemaFloor > schema.version) {
    bad(
      `schemaFloor is ${schemaFloor}, and the schema of version ${schema.version}: no client has both`,
    )
  }
  checkLimits(given['limits'] ?? {})
  checkRetention(given['retention'] ?? {})
}

/** Throws a `UsageError` for what a server cannot listen on: text would be taken for a pipe. */
export function checkAddress(port: unknown, host: unknown): void {
  const [isPort, wanted] = integer(0, 65_535)
  if (!isPort(port)) bad(`a server listens on a port, ${wanted}; it is ${cut(port)}`)
  if (host === undefined || (typeof host === 'string' && host !== '')) return
  bad(`a server listens on a host, a name or an address; it is ${cut(host)}`)
}

function checkLimits(limits: object): void {
  checkNames(limits, defaultLimits, 'limits has no')
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || (isCount(value) && value !== 0)) continue
    bad(`limits.${name} has to be a whole number above 0; it is ${told(value)}`)
  }
}

/** Infinity is no limit. */
const isCount = (value: unknown): boolean =>
  value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0)

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  days: (value) => typeof value === 'number' && value >= 0,
  entries: isCount,
}

function checkRetention(retention: object): void {
  checkNames(retention, defaultRetention, 'retention has no')
  for (const [name, value] of Object.entries(retention)) {
    const isFlag = name === 'history'
    const isFit = isFlag ? typeof value === 'boolean' : fits[name]?.(value)
    if (value === undefined || isFit === true) continue
    const wanted = isFlag ? 'true or false' : `a ${name === 'days' ? '' : 'whole '}number from 0 on`
    bad(`retention.${name} has to be ${wanted}; it is ${told(value)}`)
  }
}

function checkNames(given: object, known: object, message: string): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name)) continue
    bad(`${message} ${name.slice(0, 64)}; there are ${Object.keys(known).join(', ')}`)
  }
}

function bad(message: string): never {
  throw new UsageError('BAD_VALUE', message)
}
