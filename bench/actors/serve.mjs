/** Answers the calls of the parent process: the child's side of an actor. */
export function serve(methods) {
  process.on('message', (call) => void answer(methods, call))
  process.on('disconnect', () => process.exit(1))
}

async function answer(methods, { id, method, params }) {
  if (method === 'stop') {
    await methods.close?.()
    process.exit(0)
  }
  try {
    process.send({ id, result: await methods[method](params) })
  } catch (error) {
    process.send({ id, error: error?.stack ?? String(error) })
  }
}
