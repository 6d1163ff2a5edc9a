/** How often laws are tried, as a multiple of what `npm test` does; `npm run laws` sets it to ten. */
export const lawFactor = Number(process.env['LAW_FACTOR'] ?? 1)
