/** Gives a value to the person as a JSON file. */
export function saveAsFile(name: string, value: unknown): void {
  const text = JSON.stringify(value, undefined, 2)
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
