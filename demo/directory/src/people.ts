/** Makes people up: the same ones for the same numbers. */
const given =
  'Ada Ben Cleo Dina Émile Fatou Gita Hugo Ines Jonas Keiko Lars Mira Noor Otto Pia Quinn Rosa Sami Tove Uma Vito Wanda Xavi Yara Zeno'.split(
    ' ',
  )
const family =
  'Adler Brandt Costa Duarte Eklund Fischer García Haddad Ito Jensen Kaya Lindqvist Moreau Novak Okafor Petrov Quist Rossi Schmidt Tanaka Ueda Vogel Weiss Young Zhang'.split(
    ' ',
  )
const cities =
  'Amsterdam Bergen Chennai Dakar Edinburgh Florence Ghent Hanoi Istanbul Jakarta Kraków Lima Malmö Nairobi Oslo Porto Quito Riga Sydney Turin'.split(
    ' ',
  )

const pick = (from: readonly string[], n: number): string => from[n % from.length] as string

/** The `n`th person. */
export function personAt(n: number): { name: string; city: string; since: number } {
  // A number that looks like chance, and is the same each time.
  const mixed = Math.imul(n + 1, 0x9e37_79b1) >>> 0
  return {
    name: `${pick(given, mixed >>> 3)} ${pick(family, mixed >>> 11)} ${n}`,
    city: pick(cities, mixed >>> 19),
    since: 1950 + (mixed % 76),
  }
}
