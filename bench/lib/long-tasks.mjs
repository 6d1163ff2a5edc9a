const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** The tasks of at least 50 ms while `run` runs in a page, as the browser tells them. */
export async function longTasks(run) {
  const tasks = []
  const observer = new PerformanceObserver((list) =>
    tasks.push(...list.getEntries().map(({ duration }) => duration)),
  )
  observer.observe({ entryTypes: ['longtask'] })
  const result = await run()
  await after(100)
  observer.disconnect()
  return { result, longest: Math.max(0, ...tasks), tasks: tasks.length }
}
