import { parseArgs } from 'node:util'

const usage = `Several clients write random properties of one object at the same time.

  --clients N   how many (4)
  --seconds N   how long they write (5)
  --every N     ms between two writes of a client (50)
  --url URL     a server that runs already; by default one of its own, in memory
  --object ID   the object (a new one)

In the end all of them, and a fresh client, must show the same; the exit code says whether they do.
`

/** Reads the command line; ends the process where there is nothing to run. */
export function readOptions() {
  const { clients, seconds, every, url, object, help } = parse()
  if (help) {
    process.stdout.write(usage)
    process.exit(0)
  }
  return {
    clients: numberOf('clients', clients),
    seconds: numberOf('seconds', seconds),
    everyMs: numberOf('every', every),
    url,
    objectId: object,
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        clients: { type: 'string', default: '4' },
        seconds: { type: 'string', default: '5' },
        every: { type: 'string', default: '50' },
        url: { type: 'string' },
        object: { type: 'string', default: `keyvalue-${Date.now().toString(36)}` },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch ({ message }) {
    return end(`${message.split('. ')[0]}; --help lists the options`)
  }
}

function numberOf(name, text) {
  const number = Number(text)
  if (!(number > 0 && Number.isFinite(number))) end(`--${name} is a number above 0`)
  return number
}

/** @returns {never} */
function end(reason) {
  console.error(reason)
  process.exit(2)
}
