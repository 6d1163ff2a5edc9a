/** As much of vitest as the contract of stores asks for, for a browser. */

const tests = new Map<string, () => Promise<void> | void>()

/** Runs one test by its title; rejects with why it failed. */
export async function runTest(title: string): Promise<void> {
  const body = tests.get(title)
  if (body === undefined) throw new Error(`no test is called ${title}`)
  await body()
}

/** The titles of all tests. */
export const testTitles = (): string[] => [...tests.keys()]

export const describe = (_title: string, body: () => void): void => body()

export const it = (title: string, body: () => Promise<void> | void): void => {
  if (tests.has(title)) throw new Error(`two tests are called ${title}`)
  tests.set(title, body)
}

interface Matchers {
  toBe(expected: unknown): void
  toBeUndefined(): void
  toEqual(expected: unknown): void
}

export const expect = (actual: unknown): Matchers => {
  const check = (holds: boolean, expected: unknown): void => {
    if (!holds) throw new Error(`expected ${show(expected)}, got ${show(actual)}`)
  }
  return {
    toBe: (expected) => check(Object.is(actual, expected), expected),
    toBeUndefined: () => check(actual === undefined, undefined),
    toEqual: (expected) => check(isEqual(actual, expected), expected),
  }
}

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 500) ?? String(value)

/** As vitest compares: fields that are undefined count as missing. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (a instanceof Map && b instanceof Map) return isEqual([...a], [...b])
  const [left, right] = [a, b].map((each) =>
    Object.entries(each).filter(([, value]) => value !== undefined),
  ) as [[string, unknown][], [string, unknown][]]
  const other = new Map(right)
  return (
    left.length === right.length &&
    left.every(([key, value]) => other.has(key) && isEqual(value, other.get(key)))
  )
}
