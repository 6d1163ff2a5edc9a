/** What an error says to people: messages begin with their code, for logs. */
export const reasonOf = (message: string | undefined): string =>
  message?.replace(/^[A-Z_]+: /, '') || 'no reason was given'
