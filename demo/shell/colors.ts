/** What people choose from: a colour, and what it is called. */
export const personColors: readonly (readonly [string, string])[] = [
  ['#e03131', 'Red'],
  ['#e8590c', 'Orange'],
  ['#f08c00', 'Amber'],
  ['#2f9e44', 'Green'],
  ['#0c8599', 'Teal'],
  ['#1971c2', 'Blue'],
  ['#6741d9', 'Violet'],
  ['#d6336c', 'Pink'],
]
