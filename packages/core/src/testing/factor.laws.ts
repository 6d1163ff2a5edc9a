/** How often laws are tried, as a multiple of what `npm test` does; `npm run laws` sets it to ten. */
export const lawFactor: number = Number(process.env['LAW_FACTOR'] ?? 1)
