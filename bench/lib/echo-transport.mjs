/** A server in this process that takes every event, and remembers how many, and no more. */
export function echoTransport() {
  let seq = 0
  return {
    open(_hello, events) {
      void Promise.resolve().then(() => {
        events.up()
        events.message('welcome', {
          protocol: 5,
          now: Date.now(),
          generation: 'g',
          principal: 'bench',
          heartbeatMs: 5000,
          pushBytes: 262_144,
        })
      })
      return {
        close: () => undefined,
        emit(event, message, ack) {
          if (event === 'join') ack([null, joinedAt(seq)])
          if (event !== 'push') return
          // Through JSON, as over a line: nothing is shared with the client.
          const { object, events: pushed } = JSON.parse(JSON.stringify(message))
          queueMicrotask(() => {
            ack([null, {}])
            events.message('entries', { object, term: 't', seq: seq + 1, events: pushed })
            seq += pushed.length
          })
        },
      }
    },
  }
}

const joinedAt = (head) => ({
  session: 1,
  term: 't',
  head,
  now: Date.now(),
  reset: false,
  vv: {},
  hashes: {},
})
