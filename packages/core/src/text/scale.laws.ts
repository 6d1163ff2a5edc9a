/**
 * How often the laws of texts are tried, as a multiple of what `npm test` does:
 * `LAW_SCALE=10 npx vitest run packages/core/src/text`.
 */
export const scale = Number(process.env['LAW_SCALE'] ?? 1)
